//! What comes from where, and what it must be.
//!
//! MNIST lies at its usual mirrors, the UCI sets at the UCI repository, Omniglot in its authors' repository. The digests are of
//! the content before compression; MNIST's are those that are published, the others are of the conversions, byte for byte.
//! Sets that only serve evaluation are not here: their terms do not allow it or are not stated.

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use super::convert::{self, Contents};

/// How some files of one set are made.
pub(super) struct Recipe {
    /// The set, and its folder.
    pub set: &'static str,
    /// What is fetched.
    pub downloads: &'static [Download],
    /// What is made of it, in the order in which `convert` gives it.
    pub targets: &'static [Target],
    /// The downloads to the contents of the targets.
    pub convert: fn(&[Vec<u8>]) -> Result<Contents>,
}

impl Recipe {
    /// The set, or the one file of it.
    pub fn name(&self) -> &'static str {
        match self.targets {
            [one] => one.path,
            _ => self.set,
        }
    }
}

/// A file to fetch.
pub(super) struct Download {
    /// Its name, also below `--from`.
    pub name: &'static str,
    /// For the progress bar.
    pub about_bytes: u64,
    /// Where it lies, the first choice first.
    pub homes: &'static [Home],
}

/// Where a file lies.
pub(super) enum Home {
    /// By itself.
    File(&'static str),
    /// In a ZIP archive, at its top.
    InZip(&'static str),
}

/// A file to make.
pub(super) struct Target {
    /// Below the data folder; compressed where it ends in `.gz`.
    pub path: &'static str,
    /// Length of the content.
    pub bytes: u64,
    /// Of the content, in hexadecimal.
    pub sha256: &'static str,
}

/// The names of the sets, for the command line.
pub(super) fn sets() -> PossibleValuesParser {
    let mut sets: Vec<&str> = RECIPES.iter().map(|r| r.set).collect();
    sets.dedup();
    PossibleValuesParser::new(sets)
}

/// All of them.
pub(super) const RECIPES: &[Recipe] = &[
    Recipe {
        set: "mnist",
        downloads: &[Download {
            name: "train-images-idx3-ubyte.gz",
            about_bytes: 9_912_422,
            homes: &[
                Home::File("https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz"),
                Home::File("https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz"),
            ],
        }],
        targets: &[Target {
            path: "mnist/train-images-idx3-ubyte.gz",
            bytes: 47_040_016,
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        }],
        convert: convert::gunzip,
    },
    Recipe {
        set: "mnist",
        downloads: &[Download {
            name: "train-labels-idx1-ubyte.gz",
            about_bytes: 28_881,
            homes: &[
                Home::File("https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz"),
                Home::File("https://storage.googleapis.com/cvdf-datasets/mnist/train-labels-idx1-ubyte.gz"),
            ],
        }],
        targets: &[Target {
            path: "mnist/train-labels-idx1-ubyte.gz",
            bytes: 60_008,
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        }],
        convert: convert::gunzip,
    },
    Recipe {
        set: "mnist",
        downloads: &[Download {
            name: "t10k-images-idx3-ubyte.gz",
            about_bytes: 1_648_877,
            homes: &[
                Home::File("https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz"),
                Home::File("https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz"),
            ],
        }],
        targets: &[Target {
            path: "mnist/t10k-images-idx3-ubyte.gz",
            bytes: 7_840_016,
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        }],
        convert: convert::gunzip,
    },
    Recipe {
        set: "mnist",
        downloads: &[Download {
            name: "t10k-labels-idx1-ubyte.gz",
            about_bytes: 4_542,
            homes: &[
                Home::File("https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz"),
                Home::File("https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz"),
            ],
        }],
        targets: &[Target {
            path: "mnist/t10k-labels-idx1-ubyte.gz",
            bytes: 10_008,
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        }],
        convert: convert::gunzip,
    },
    Recipe {
        set: "pendigits",
        downloads: &[
            Download {
                name: "pendigits-orig.tra.Z",
                about_bytes: 1_000_000,
                homes: &[
                    Home::File(
                        "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/pendigits-orig.tra.Z",
                    ),
                    Home::InZip(
                        "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
                    ),
                ],
            },
            Download {
                name: "pendigits-orig.tes.Z",
                about_bytes: 450_000,
                homes: &[
                    Home::File(
                        "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/pendigits-orig.tes.Z",
                    ),
                    Home::InZip(
                        "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
                    ),
                ],
            },
        ],
        targets: &[
            Target {
                path: "pendigits/train.jsonl.gz",
                bytes: 3_823_700,
                sha256: "b18d74a6ef2a3ce482225c1f015f7d2352aaa18a92828679498d537bd9b1fbac",
            },
            Target {
                path: "pendigits/test.jsonl.gz",
                bytes: 1_743_659,
                sha256: "b7655ba9f1a151335455f08c90cc2080697518e25671ad1269dbe20fae3db194",
            },
        ],
        convert: convert::pendigits,
    },
    Recipe {
        set: "semeion",
        downloads: &[Download {
            name: "semeion.data",
            about_bytes: 2_889_702,
            homes: &[
                Home::File("https://archive.ics.uci.edu/ml/machine-learning-databases/semeion/semeion.data"),
                Home::InZip("https://archive.ics.uci.edu/static/public/178/semeion+handwritten+digit.zip"),
            ],
        }],
        targets: &[
            Target {
                path: "semeion/images-idx3-ubyte.gz",
                bytes: 407_824,
                sha256: "33e1606d881a5988302fb970da2d0ecbfb2af37a8fdef55037d98f4b589465ef",
            },
            Target {
                path: "semeion/labels-idx1-ubyte.gz",
                bytes: 1_601,
                sha256: "3a94904a16a7e72ccb75c3ed0983d41617c464d99cc28c918c807a2cb4a17bd6",
            },
        ],
        convert: convert::semeion,
    },
    Recipe {
        set: "optdigits",
        downloads: &[Download {
            name: "optdigits-orig.tra.Z",
            about_bytes: 150_000,
            homes: &[
                Home::File("https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/optdigits-orig.tra.Z"),
                Home::InZip(
                    "https://archive.ics.uci.edu/static/public/80/optical+recognition+of+handwritten+digits.zip",
                ),
            ],
        }],
        targets: &[
            Target {
                path: "optdigits/images-idx3-ubyte.gz",
                bytes: 1_980_432,
                sha256: "96eebe6b528214ea164e5dec1eeed72fe8ad876141d82f367311df4c248b4662",
            },
            Target {
                path: "optdigits/labels-idx1-ubyte.gz",
                bytes: 1_942,
                sha256: "62afe884c20f82be46408d90eef0ab0b72968a86859be12ff3e32079712936c1",
            },
        ],
        convert: convert::optdigits,
    },
    Recipe {
        set: "omniglot",
        downloads: &[
            Download {
                name: "images_background_small1.zip",
                about_bytes: 2_900_000,
                homes: &[Home::File(
                    "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/images_background_small1.zip",
                )],
            },
            Download {
                name: "strokes_background_small1.zip",
                about_bytes: 3_000_000,
                homes: &[Home::File(
                    "https://raw.githubusercontent.com/brendenlake/omniglot/master/python/strokes_background_small1.zip",
                )],
            },
        ],
        targets: &[
            Target {
                path: "omniglot/small1-images-idx3-ubyte.gz",
                bytes: 29_988_016,
                sha256: "65cf08def5904f504b4900da9a66cd29f22460ffa600712eea58b0a846f1d64e",
            },
            Target {
                path: "omniglot/small1-labels.txt",
                bytes: 54_720,
                sha256: "0e439eab88675e77dad8acbe35d66caa6df540fc4348fca71489a153bb82f842",
            },
            Target {
                path: "omniglot/small1-strokes.jsonl.gz",
                bytes: 8_264_426,
                sha256: "76f0830e0d8bafb1a88dde5a2b19feae4523e51890043d23d5436eee8d0d27f3",
            },
        ],
        convert: convert::omniglot_small1,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_holds_together() {
        let mut paths = std::collections::HashSet::new();
        for recipe in RECIPES {
            assert!(!recipe.downloads.is_empty() && !recipe.targets.is_empty(), "{}", recipe.set);
            for target in recipe.targets {
                assert!(target.path.starts_with(&format!("{}/", recipe.set)), "{}", target.path);
                assert!(paths.insert(target.path), "{} twice", target.path);
                let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
                assert!(target.sha256.len() == 64 && target.sha256.chars().all(hexadecimal), "{}", target.path);
            }
            for download in recipe.downloads {
                for home in download.homes {
                    match home {
                        Home::File(url) => {
                            assert!(url.starts_with("https://") && url.ends_with(download.name), "{url}")
                        }
                        Home::InZip(url) => assert!(url.starts_with("https://") && url.ends_with(".zip"), "{url}"),
                    }
                }
            }
        }
    }
}
