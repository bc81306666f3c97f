//! A web server for tests: a few files on 127.0.0.1, and ways to serve them badly. It stops when dropped.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How a file is served.
pub enum Serve {
    /// As it is.
    Whole(Vec<u8>),
    /// All of its length promised, only half of it sent.
    Half(Vec<u8>),
    /// With this status and nothing else.
    Status(u16),
}

/// The server.
pub struct Loopback {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Loopback {
    /// Serves `files` by their paths; everything else is 404.
    pub fn start(files: impl IntoIterator<Item = (&'static str, Serve)>) -> Self {
        let files: HashMap<String, Serve> =
            files.into_iter().map(|(path, serve)| (format!("/{path}"), serve)).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let stop: Arc<AtomicBool> = Arc::default();
        let thread = std::thread::spawn({
            let (asked, stop) = (Arc::clone(&asked), Arc::clone(&stop));
            move || {
                for stream in listener.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    // A client that goes away is its own affair.
                    let _ = stream.and_then(|stream| answer(stream, &files, &asked));
                }
            }
        });
        Self { address, asked, stop, thread: Some(thread) }
    }

    /// For `--from`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The paths asked for since the last call, in order.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait.
        let _ = TcpStream::connect(self.address);
        self.thread.take().map(JoinHandle::join);
    }
}

fn answer(mut stream: TcpStream, files: &HashMap<String, Serve>, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, promised, body) = match files.get(&path) {
        Some(Serve::Whole(body)) => (200, body.len(), &body[..]),
        Some(Serve::Half(body)) => (200, body.len(), &body[..body.len() / 2]),
        Some(Serve::Status(status)) => (*status, 0, &[][..]),
        None => (404, 0, &[][..]),
    };
    asked.lock().unwrap().push(path);
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {promised}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(body)
}
