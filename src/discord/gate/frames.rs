//! The frames of WebSocket: what one must know of them to stand between two who speak it.

use tokio::io::{AsyncRead, AsyncReadExt};

/// The most bytes of a message. Discord's greatest, a community with all its channels, is well below that.
pub const MAX_MESSAGE: usize = 16 << 20;
/// A buffer that has grown beyond this is given back once it is empty.
const MAX_BUFFER_KEPT: usize = 64 << 10;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// A whole message, unmasked.
#[derive(Debug, PartialEq)]
pub struct Message {
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

impl Message {
    /// The code of a close frame, if it has one.
    pub fn code(&self) -> Option<u16> {
        let code = self.bytes.get(..2).and_then(|code| <[u8; 2]>::try_from(code).ok());
        code.filter(|_| self.kind == Kind::Close).map(u16::from_be_bytes)
    }
}

/// Why no more messages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The connection ended.
    Ended,
    /// A message is too large.
    TooLarge,
    /// This is no WebSocket.
    Malformed,
}

/// The first bytes of a frame.
#[derive(Debug)]
struct Head {
    last: bool,
    opcode: u8,
    mask: Option<[u8; 4]>,
    /// Where the payload begins and ends.
    from: usize,
    to: usize,
}

/// What comes in on one side.
#[derive(Debug)]
pub struct Incoming<R> {
    from: R,
    buffer: Vec<u8>,
    /// A message whose last frame has not come.
    begun: Option<Message>,
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub fn new(from: R) -> Self {
        Self { from, buffer: Vec::new(), begun: None }
    }

    /// The next message. A call that is dropped loses nothing.
    pub async fn next(&mut self) -> Result<Message, Broken> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(message);
            }
            match self.from.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => return Err(Broken::Ended),
                Ok(_) => {}
            }
        }
    }

    /// A message out of what has come.
    fn take(&mut self) -> Result<Option<Message>, Broken> {
        while let Some(head) = head(&self.buffer)? {
            if head.to - head.from + self.begun.as_ref().map_or(0, |m| m.bytes.len()) > MAX_MESSAGE {
                return Err(Broken::TooLarge);
            }
            if self.buffer.len() < head.to {
                self.buffer.reserve(head.to - self.buffer.len());
                return Ok(None);
            }
            let bytes = self.payload(&head);
            if let Some(message) = self.join(&head, bytes)? {
                return Ok(Some(message));
            }
        }
        self.buffer.reserve(4096);
        Ok(None)
    }

    fn payload(&mut self, head: &Head) -> Vec<u8> {
        let mut bytes = self.buffer[head.from..head.to].to_vec();
        if let Some(mask) = head.mask {
            apply(mask, &mut bytes);
        }
        self.buffer.drain(..head.to);
        if self.buffer.is_empty() && self.buffer.capacity() > MAX_BUFFER_KEPT {
            self.buffer = Vec::new();
        }
        bytes
    }

    /// Joins the frames of one message; control frames may come in between.
    fn join(&mut self, head: &Head, bytes: Vec<u8>) -> Result<Option<Message>, Broken> {
        let kind = match (head.opcode, &self.begun) {
            (0, Some(_)) => {
                let message = self.begun.as_mut().ok_or(Broken::Malformed)?;
                message.bytes.extend_from_slice(&bytes);
                return Ok(if head.last { self.begun.take() } else { None });
            }
            (1, None) => Kind::Text,
            (2, None) => Kind::Binary,
            (8, _) if head.last => Kind::Close,
            (9, _) if head.last => Kind::Ping,
            (10, _) if head.last => Kind::Pong,
            _ => return Err(Broken::Malformed),
        };
        let message = Message { kind, bytes };
        if head.last {
            return Ok(Some(message));
        }
        self.begun = Some(message);
        Ok(None)
    }
}

/// The head of the frame that the buffer begins with, if it is there.
fn head(buffer: &[u8]) -> Result<Option<Head>, Broken> {
    let [first, second, ..] = *buffer else { return Ok(None) };
    if first & 0x70 != 0 {
        return Err(Broken::Malformed);
    }
    let (is_masked, short) = (second & 0x80 != 0, usize::from(second & 0x7f));
    if first & 0x08 != 0 && short > 125 {
        return Err(Broken::Malformed);
    }
    let wide = match short {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let (after, from) = (2 + wide, 2 + wide + if is_masked { 4 } else { 0 });
    if buffer.len() < from {
        return Ok(None);
    }
    let length = match wide {
        0 => short,
        _ => buffer[2..after]
            .iter()
            .fold(0_u64, |all, byte| all << 8 | u64::from(*byte))
            .try_into()
            .unwrap_or(usize::MAX),
    };
    if length > MAX_MESSAGE {
        return Err(Broken::TooLarge);
    }
    let mask = <[u8; 4]>::try_from(&buffer[after..from]).ok();
    Ok(Some(Head { last: first & 0x80 != 0, opcode: first & 0x0f, mask, from, to: from + length }))
}

fn apply(mask: [u8; 4], bytes: &mut [u8]) {
    bytes.iter_mut().zip(mask.into_iter().cycle()).for_each(|(byte, key)| *byte ^= key);
}

/// A message in one frame, masked as a client must.
pub fn framed(message: &Message, mask: Option<[u8; 4]>) -> Vec<u8> {
    let opcode = match message.kind {
        Kind::Text => 1,
        Kind::Binary => 2,
        Kind::Close => 8,
        Kind::Ping => 9,
        Kind::Pong => 10,
    };
    let length = message.bytes.len();
    let mut frame = Vec::with_capacity(length + 14);
    frame.push(0x80 | opcode);
    let bit = if mask.is_some() { 0x80 } else { 0 };
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..126), _) => frame.push(bit | length),
        (_, Ok(length)) => {
            frame.push(bit | 126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.push(bit | 127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend(mask.into_iter().flatten());
    let from = frame.len();
    frame.extend_from_slice(&message.bytes);
    if let Some(mask) = mask {
        apply(mask, &mut frame[from..]);
    }
    frame
}

/// A close frame with a code.
pub fn close(code: u16) -> Message {
    Message { kind: Kind::Close, bytes: code.to_be_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(bytes: &[u8]) -> (Vec<Message>, Broken) {
        let mut incoming = Incoming::new(bytes);
        let mut messages = Vec::new();
        loop {
            match incoming.next().await {
                Ok(message) => messages.push(message),
                Err(broken) => return (messages, broken),
            }
        }
    }

    #[tokio::test]
    async fn what_is_framed_comes_out_again() {
        for (length, mask) in [0, 1, 125, 126, 65_535, 65_536, MAX_MESSAGE]
            .into_iter()
            .zip([None, Some([1, 2, 3, 4])].into_iter().cycle())
        {
            let message = Message { kind: Kind::Text, bytes: vec![b'x'; length] };
            let bytes = framed(&message, mask);
            assert_eq!(all(&bytes).await, (vec![message], Broken::Ended), "{length}");
        }
    }

    #[tokio::test]
    async fn parts_are_joined_and_control_frames_come_between() {
        let bytes =
            [&[0x01, 1, b'a'][..], &[0x89, 0], &[0x00, 1, b'b'], &[0x80, 1, b'c'], &[0x88, 2, 0x0f, 0xa0]].concat();
        let (messages, _) = all(&bytes).await;
        let kinds: Vec<Kind> = messages.iter().map(|m| m.kind).collect();
        assert_eq!(kinds, [Kind::Ping, Kind::Text, Kind::Close]);
        assert_eq!((messages[1].bytes.as_slice(), messages[2].code()), (&b"abc"[..], Some(4000)));
        assert_eq!(Message { kind: Kind::Close, bytes: vec![] }.code(), None);
    }

    #[tokio::test]
    async fn what_is_too_large_or_no_frame_is_refused_before_it_has_come() {
        let huge = [&[0x81, 127][..], &u64::MAX.to_be_bytes()].concat();
        let above = [&[0x81, 127][..], &(MAX_MESSAGE as u64 + 1).to_be_bytes()].concat();
        let table: [(&[u8], Broken); 7] = [
            (&huge, Broken::TooLarge),
            (&above, Broken::TooLarge),
            (&[0xf1, 0], Broken::Malformed),
            (&[0x80, 0], Broken::Malformed),
            (&[0x08, 0], Broken::Malformed),
            (&[0x89, 126, 0, 200], Broken::Malformed),
            (&[0x83, 0], Broken::Malformed),
        ];
        for (bytes, broken) in table {
            assert_eq!(all(bytes).await, (vec![], broken), "{bytes:?}");
        }
        let part = [&[0x01, 127][..], &(MAX_MESSAGE as u64).to_be_bytes(), &vec![b'x'; MAX_MESSAGE], &[0x80, 1, b'x']]
            .concat();
        assert_eq!(all(&part).await, (vec![], Broken::TooLarge));
    }
}
