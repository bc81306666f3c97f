//! Downloads, bounded and checked for completeness.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use ureq::Agent;

use super::catalogue::{Download, Home};
use super::zip;

/// A server that does not answer within this is given up.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// A download that is not done within this is given up; the largest has 10 MB.
const BODY_TIMEOUT: Duration = Duration::from_secs(20 * 60);

/// Largest download, bytes; the largest that there is has 10 MB.
const MOST_BYTES: u64 = 64 << 20;

/// Bytes taken at a time.
const CHUNK: usize = 64 << 10;

/// Fetches from the public homes, or from one place instead of them.
pub(super) struct Fetcher {
    agent: Agent,
    /// Without the slash at its end.
    instead: Option<String>,
}

impl Fetcher {
    pub fn new(instead: Option<String>) -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(ANSWER_TIMEOUT))
            .timeout_recv_response(Some(ANSWER_TIMEOUT))
            .timeout_recv_body(Some(BODY_TIMEOUT))
            .user_agent(concat!("ink-number/", env!("CARGO_PKG_VERSION")));
        let instead = instead.map(|url| url.trim_end_matches('/').to_owned());
        Self { agent: config.build().into(), instead }
    }

    /// Fetches one file from the first of its homes that gives it. `progress` hears how many bytes have come.
    pub fn fetch(&self, set: &str, download: &Download, progress: &mut dyn FnMut(u64)) -> Result<Vec<u8>> {
        if let Some(base) = &self.instead {
            return self.fetch_url(&format!("{base}/{set}/{}", download.name), progress);
        }
        let mut failures = Vec::new();
        for home in download.homes {
            match self.fetch_home(home, download.name, progress) {
                Ok(bytes) => return Ok(bytes),
                Err(error) => failures.push(format!("{error:#}")),
            }
        }
        Err(anyhow!(failures.join("; ")))
    }

    fn fetch_home(&self, home: &Home, name: &str, progress: &mut dyn FnMut(u64)) -> Result<Vec<u8>> {
        match home {
            Home::File(url) => self.fetch_url(url, progress),
            Home::InZip(url) => {
                let archive = self.fetch_url(url, progress)?;
                let members = zip::members(&archive).with_context(|| (*url).to_owned())?;
                let member =
                    members.iter().find(|m| m.name == name).with_context(|| format!("{url} holds no {name}"))?;
                member.content(MOST_BYTES as usize)
            }
        }
    }

    fn fetch_url(&self, url: &str, progress: &mut dyn FnMut(u64)) -> Result<Vec<u8>> {
        let mut response = self.agent.get(url).call().with_context(|| format!("cannot download {url}"))?;
        let promised = response.body().content_length();
        let mut body = response.body_mut().as_reader().take(MOST_BYTES + 1);
        let mut bytes = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let seen = bytes.len();
            let broken = || format!("{url}: the download broke off after {seen} bytes");
            let taken = body.read(&mut chunk).with_context(broken)?;
            if taken == 0 {
                break;
            }
            bytes.extend_from_slice(&chunk[..taken]);
            ensure!(bytes.len() as u64 <= MOST_BYTES, "{url}: expected at most {MOST_BYTES} bytes, saw more");
            progress(bytes.len() as u64);
        }
        if let Some(promised) = promised {
            let seen = bytes.len();
            ensure!(seen as u64 == promised, "{url}: the download broke off: expected {promised} bytes, saw {seen}");
        }
        Ok(bytes)
    }
}
