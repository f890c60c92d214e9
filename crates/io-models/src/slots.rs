//! A table of clients: a slot for each, and a key that no other client will ever have.

/// Values in places that are used again.
///
/// The kernel remembers one number for each descriptor, and tells it when the descriptor is ready. The descriptor
/// itself would be a bad number: once closed, it is soon another client's, and what was said about the one would be
/// believed of the other. So a key is a place and how often the place has been given away.
pub(crate) struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
}

struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Slots<T> {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    // ANCHOR: slots
    /// Keeps the value. Its key is for `get_mut` and `remove`.
    pub(crate) fn insert(&mut self, value: T) -> (u64, &mut T) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot {
                generation: 0,
                value: None,
            });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[place];
        let key = u64::from(slot.generation) << 32 | place as u64;
        (key, slot.value.insert(value))
    }

    /// The value; `None` for a key from before `remove`.
    pub(crate) fn get(&self, key: u64) -> Option<&T> {
        let slot = self.slots.get(place(key))?;
        slot.value.as_ref().filter(|_| slot.generation == generation(key))
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        let slot = self.slots.get_mut(place(key))?;
        slot.value.as_mut().filter(|_| slot.generation == generation(key))
    }

    /// Gives the value back; its key means nobody from now on.
    pub(crate) fn remove(&mut self, key: u64) -> Option<T> {
        self.get_mut(key)?;
        let slot = &mut self.slots[place(key)];
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(place(key));
        slot.value.take()
    }
    // ANCHOR_END: slots
}

/// The lower half of a key.
fn place(key: u64) -> usize {
    (key & u64::from(u32::MAX)) as usize
}

/// The upper half.
fn generation(key: u64) -> u32 {
    (key >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_nobody_once_its_value_is_removed() {
        let mut slots = Slots::new();
        let (first, _) = slots.insert("first");
        let (second, _) = slots.insert("second");
        assert_eq!(slots.remove(first), Some("first"));

        let (third, _) = slots.insert("third");
        assert_eq!(place(third), place(first), "the place is used again");
        assert_eq!(slots.get_mut(first), None);
        assert_eq!(slots.remove(first), None);
        assert_eq!(slots.get_mut(second), Some(&mut "second"));
        assert_eq!(slots.get_mut(third), Some(&mut "third"));
    }

    #[test]
    fn a_key_of_nobody_is_not_found() {
        assert_eq!(Slots::<()>::new().get_mut(u64::MAX), None);
    }
}
