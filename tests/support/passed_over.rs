//! Packets that a test passes over, so that what holds for every room server can be tested at one whose rooms tell more:
//! a table of cards tells a newcomer of itself, and the test of the room need not know.

/// Takes packets out of a stream of bytes, by their ids.
#[derive(Default)]
pub(crate) struct PassedOver {
    ids: &'static [u16],
    /// What has come and was not sorted: the beginning of a packet.
    unsorted: Vec<u8>,
    /// What a test may hear of.
    heard: Vec<u8>,
    /// Bytes that it may not hear of.
    bytes: usize,
}

impl PassedOver {
    pub(crate) fn new(ids: &'static [u16]) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }

    /// The ids.
    pub(crate) fn ids(&self) -> &'static [u16] {
        self.ids
    }

    /// Bytes that were passed over.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.ids.is_empty()
    }

    /// Where what comes is put.
    pub(crate) fn unsorted(&mut self) -> &mut Vec<u8> {
        &mut self.unsorted
    }

    /// Sorts the whole packets of what has come. At the end of the stream a part of one is heard as well.
    pub(crate) fn sort(&mut self, is_end: bool) {
        while let Some((size, id)) = header(&self.unsorted)
            && size <= self.unsorted.len()
        {
            let packet = self.unsorted.drain(..size);
            match self.ids.contains(&id) {
                true => self.bytes += packet.len(),
                false => self.heard.extend(packet),
            }
        }
        if is_end {
            self.heard.append(&mut self.unsorted);
        }
    }

    /// Hands over what can be heard, so many bytes at most. False where that is nothing.
    pub(crate) fn hand_over(&mut self, received: &mut Vec<u8>, most: usize) -> bool {
        let count = most.min(self.heard.len());
        received.extend(self.heard.drain(..count));
        count > 0
    }
}

/// Size and id of the first packet.
fn header(bytes: &[u8]) -> Option<(usize, u16)> {
    let [size_low, size_high, id_low, id_high, ..] = *bytes else {
        return None;
    };
    let size = u16::from_le_bytes([size_low, size_high]);
    // A server that sent less than a header would never be done with.
    Some((usize::from(size.max(5)), u16::from_le_bytes([id_low, id_high])))
}
