//! A form with one file in it, as browsers send it: multipart/form-data, written by hand and read from the disk as it
//! is sent.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::asks::Place;

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// The border between the parts. It stands in no request: lines are JSON, which escapes the line ends around it.
const BORDER: &str = "sdk-batch-7f3a9c51e0d24b86";

/// What the header says.
pub(super) fn content_type() -> String {
    format!("multipart/form-data; boundary={BORDER}")
}

/// The form's body.
pub(super) struct Form {
    file: Arc<File>,
    places: Vec<Place>,
    next: usize,
    head: Option<Bytes>,
    tail: Option<Bytes>,
    left: u64,
}

impl Form {
    /// A form with these lines as the file `name`.
    pub(super) fn new(file: Arc<File>, places: Vec<Place>, name: &str) -> Form {
        let head = format!(
            "--{BORDER}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--{BORDER}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}.jsonl\"\r\n\
             Content-Type: application/jsonl\r\n\r\n"
        );
        let tail = format!("\r\n--{BORDER}--\r\n");
        let lines: u64 = places.iter().map(|place| place.length as u64).sum();
        let left = lines + (head.len() + tail.len()) as u64;
        Form { file, places, next: 0, head: Some(head.into()), tail: Some(tail.into()), left }
    }

    fn lines(&mut self) -> io::Result<Option<Bytes>> {
        let mut bytes = Vec::new();
        while let Some(place) = self.places.get(self.next) {
            if !bytes.is_empty() && bytes.len() + place.length > CHUNK {
                break;
            }
            let begin = bytes.len();
            bytes.resize(begin + place.length, 0);
            self.file.read_exact_at(&mut bytes[begin..], place.from)?;
            self.next += 1;
        }
        Ok((!bytes.is_empty()).then(|| bytes.into()))
    }
}

impl Body for Form {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = match self.head.take() {
            Some(head) => Ok(Some(head)),
            None => self.lines(),
        };
        let next = next.map(|next| next.or_else(|| self.tail.take()));
        if let Ok(Some(bytes)) = &next {
            self.left -= bytes.len() as u64;
        }
        Poll::Ready(next.transpose().map(|next| next.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::task::Waker;

    use sdk_prompt::Key;

    use super::*;

    #[test]
    fn a_form_is_as_long_as_it_says() {
        let mut file = tempfile::tempfile().unwrap();
        let lines: Vec<String> =
            [10, CHUNK - 5, 3, CHUNK * 2, 1].iter().map(|length| "x".repeat(*length) + "\n").collect();
        file.write_all(lines.concat().as_bytes()).unwrap();
        let mut from = 0;
        let place = |line: &String| {
            let place = Place { key: Key([0; 32]), from, length: line.len() };
            from += line.len() as u64;
            place
        };
        let places: Vec<Place> = lines.iter().map(place).collect();
        let mut form = Form::new(Arc::new(file), vec![places[1], places[3], places[4]], "name");
        let (said, mut found) = (form.size_hint().exact().unwrap(), Vec::new());
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(frame)) = Pin::new(&mut form).poll_frame(&mut context) {
            found.extend(frame.unwrap().into_data().unwrap());
        }
        assert!(form.is_end_stream());
        assert_eq!(found.len() as u64, said);
        let text = String::from_utf8(found).unwrap();
        let lines = [&*lines[1], &lines[3], &lines[4]].concat();
        assert!(text.contains(&format!("\r\n\r\n{lines}\r\n--{BORDER}--\r\n")));
        assert!(text.contains("filename=\"name.jsonl\"") && content_type().contains(BORDER));
    }
}
