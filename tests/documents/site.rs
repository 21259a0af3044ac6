//! A server of some pages.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Serves some pages; gives its address.
pub fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(|| answer(stream.unwrap()));
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream) {
    let mut head = [0; 4096];
    let length = stream.read(&mut head).unwrap();
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let (status, more, body) = match head.split(' ').nth(1).unwrap() {
        "/page" => ("200 OK", "Content-Type: text/html", "<p>Tides <b>rise</b>.</p>"),
        "/page?2" => ("200 OK", "Content-Type: text/html; charset=utf-8", "<p>Tides fall.</p>"),
        "/moved" => ("302 Found", "Location: /notes.md", ""),
        "/notes.md" => ("200 OK", "Content-Type: text/plain", "# Notes\n\nTides turn."),
        "/wrong.html" => ("200 OK", "Content-Type: text/html", "%PDF-1.7\n%\u{1}\u{2}"),
        "/picture" => ("200 OK", "Content-Type: image/png", "\u{89}PNG\0\0"),
        _ => ("404 Not Found", "X: y", "no"),
    };
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\n{more}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes());
}
