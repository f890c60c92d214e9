//! Buffers that all clients of a ring share: the kernel takes one when bytes have come.
//!
//! They are "provided buffers" (io_uring_provided_buffers(7)): a third queue, in which this program lists the
//! buffers that are free. A receive that selects from it names no buffer; its completion says which one it was.
#![allow(unsafe_code, reason = "memory is shared with the kernel")]

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::cell::Cell;
use std::io;
use std::ops::Deref;
use std::ptr::NonNull;
use std::rc::Rc;
use std::slice;
use std::sync::atomic::{AtomicU16, Ordering};

use io_uring::types::BufRingEntry;

use super::ring::{Completion, Ring};
use crate::BUFFER_SIZE;

/// How many there are; a power of two. Each is lent for the time of one send that does not wait.
const COUNT: u16 = 256;

/// The queue must begin with a page; this is the largest page that Linux has.
const PAGE: usize = 64 * 1024;

/// The number of the group, of which a ring may have many.
pub(super) const GROUP: u16 = 0;

// ANCHOR: buffers
pub(super) struct SharedBuffers {
    queue: NonNull<BufRingEntry>,
    /// One buffer after another. The kernel writes to those that are in the queue, so there is no slice of them.
    memory: NonNull<u8>,
    /// How many were ever put into the queue; it wraps around, as the kernel expects.
    tail: Cell<u16>,
    lent: Cell<u16>,
}

impl SharedBuffers {
    pub(super) fn new(ring: &mut Ring) -> io::Result<Rc<Self>> {
        let queue = allocate(size_of::<BufRingEntry>() * usize::from(COUNT), PAGE).cast();
        // SAFETY: it has room for so many entries, all zero, and is never freed.
        unsafe { ring.register_buffers(queue, COUNT, GROUP)? };
        let buffers = Self {
            queue,
            memory: allocate(BUFFER_SIZE * usize::from(COUNT), 1),
            tail: Cell::new(0),
            lent: Cell::new(COUNT),
        };
        (0..COUNT).for_each(|number| buffers.give_back(number));
        Ok(Rc::new(buffers))
    }

    /// The buffer that came with this completion, if one did.
    ///
    /// # Safety
    /// The completion is of the ring that these buffers are for, and is asked once.
    pub(super) unsafe fn take(self: &Rc<Self>, completion: &Completion) -> Option<Lent> {
        let number = completion.buffer()?;
        self.lent.update(|lent| lent + 1);
        Some(Lent {
            buffers: Rc::clone(self),
            number,
            length: completion.result().unwrap_or(0),
        })
    }

    /// True where a receive can find one.
    pub(super) fn any_free(&self) -> bool {
        self.lent.get() < COUNT
    }

    /// From now on the kernel may write to it again.
    fn give_back(&self, number: u16) {
        let tail = self.tail.get();
        // SAFETY: there are as many places as buffers, so the one at the tail is free: the kernel does not read
        // it before the tail has moved on, and nobody else has a reference to it.
        let place = unsafe { self.queue.add(usize::from(tail % COUNT)).as_mut() };
        place.set_addr(self.address(number).as_ptr().expose_provenance() as u64);
        place.set_len(BUFFER_SIZE as u32);
        place.set_bid(number);
        self.tail.set(tail.wrapping_add(1));
        self.lent.update(|lent| lent - 1);
        // SAFETY: the kernel finds the tail in the first place, where an entry has two bytes to spare.
        let shared = unsafe { &*BufRingEntry::tail(self.queue.as_ptr()).cast::<AtomicU16>() };
        // Whoever sees the new tail must see what was written above, too.
        shared.store(self.tail.get(), Ordering::Release);
    }

    fn address(&self, number: u16) -> NonNull<u8> {
        // SAFETY: there are as many.
        unsafe { self.memory.add(usize::from(number) * BUFFER_SIZE) }
    }
}
// ANCHOR_END: buffers

// ANCHOR: lent
/// A buffer that the kernel has filled. It is ours until it is dropped, which gives it back.
pub(super) struct Lent {
    buffers: Rc<SharedBuffers>,
    number: u16,
    length: usize,
}

impl Deref for Lent {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the kernel has left this buffer to us and has written so many bytes; its memory is never freed.
        unsafe { slice::from_raw_parts(self.buffers.address(self.number).as_ptr(), self.length) }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.buffers.give_back(self.number);
    }
}
// ANCHOR_END: lent

/// Memory that is never freed, since the kernel may write to it as long as it likes. It comes as zeros from the
/// system, which costs nothing before somebody writes to it.
fn allocate(size: usize, align: usize) -> NonNull<u8> {
    let layout = Layout::from_size_align(size, align).expect("a size and a power of two");
    // SAFETY: the size is not zero.
    NonNull::new(unsafe { alloc_zeroed(layout) }).unwrap_or_else(|| handle_alloc_error(layout))
}
