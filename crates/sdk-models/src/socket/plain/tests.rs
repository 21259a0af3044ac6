use std::io::Read;
use std::net::TcpListener;
use std::thread;

use super::*;

fn posted(plain: &Plain, bodies: &[(usize, &str)]) -> Vec<(u16, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let one = |(length, key): &(usize, &str)| {
        let own = (!key.is_empty()).then(|| (reqwest::header::AUTHORIZATION, key.parse().unwrap()));
        let mut last = Moment::now();
        let (body, own) = (vec![b'x'; *length], own.into_iter().collect());
        let post = plain.post(&body, &own, Duration::from_secs(5), &mut last);
        let (status, _, body) = runtime.block_on(post).unwrap();
        (status.as_u16(), String::from_utf8(body).unwrap())
    };
    bodies.iter().map(one).collect()
}

/// Who refuses a long request after its head reads no more of it, and need not hang up. That connection is not used
/// again; and a header of a request's own stands in the place of the usual one.
#[test]
fn a_refusal_is_heard_before_all_is_sent() {
    const LONG: usize = 32 * 1024 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1?a=b", listener.local_addr().unwrap()).parse().unwrap();
    let server = thread::spawn(move || {
        let mut held = Vec::new();
        for number in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut some = [0; 1024];
            let length = stream.read(&mut some).unwrap();
            let text = String::from_utf8_lossy(&some[..length]).into_owned();
            let said = text.split("\r\n\r\n").next().unwrap();
            write!(stream, "HTTP/1.1 {} X\r\ncontent-length: {}\r\n\r\n{said}", 413 - number, said.len())
                .unwrap();
            held.push(stream);
        }
        held
    });
    let headers = HeaderMap::from_iter([(reqwest::header::AUTHORIZATION, "old".parse().unwrap())]);
    let plain = Plain::new(&address, true, &headers, Duration::from_secs(5)).unwrap();
    let said = posted(&plain, &[(LONG, ""), (3, "new")]);
    let host = address.authority();
    let head = |key, length| {
        format!("POST /v1?a=b HTTP/1.1\r\nauthorization: {key}\r\nhost: {host}\r\ncontent-length: {length}")
    };
    assert_eq!(said, [(413, head("old", LONG)), (412, head("new", 3))]);
    drop(server.join().unwrap());
}
