//! Reads values: a field or a tuple of fields, and a text behind its length.

use crate::{Field, PacketError, PacketReader};

impl<'a> PacketReader<'a> {
    /// Reads one field, or a tuple of fields.
    ///
    /// # Errors
    /// [`PacketError::NotEnough`] when it reaches past the end.
    #[inline]
    pub fn get<T: Field>(&mut self) -> Result<T, PacketError> {
        T::get(self)
    }

    /// Reads a text behind its length in one signed byte, as user ids are sent.
    ///
    /// # Errors
    /// [`PacketError::NegativeLength`], [`PacketError::NotEnough`] or [`PacketError::NotUtf8`].
    pub fn get_text_i8(&mut self) -> Result<&'a str, PacketError> {
        let length = self.get_count::<i8>()?;
        self.get_text(length)
    }

    /// Reads a text behind its length in two signed bytes, as messages are sent.
    ///
    /// # Errors
    /// [`PacketError::NegativeLength`], [`PacketError::NotEnough`] or [`PacketError::NotUtf8`].
    pub fn get_text_i16(&mut self) -> Result<&'a str, PacketError> {
        let length = self.get_count::<i16>()?;
        self.get_text(length)
    }

    /// Reads how many bytes or items follow: a signed number that must not be negative.
    ///
    /// # Errors
    /// [`PacketError::NegativeLength`] or [`PacketError::NotEnough`].
    #[inline]
    pub(crate) fn get_count<T: Field + Into<i64>>(&mut self) -> Result<usize, PacketError> {
        let position = self.position();
        let length: i64 = self.get::<T>()?.into();
        usize::try_from(length).map_err(|_| PacketError::NegativeLength { position, length })
    }

    /// Reads the `length` bytes of a text.
    #[inline]
    fn get_text(&mut self, length: usize) -> Result<&'a str, PacketError> {
        let position = self.position();
        str::from_utf8(self.get_bytes(length)?).map_err(|source| PacketError::NotUtf8 { position, source })
    }
}
