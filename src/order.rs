//! Sorting by keys.
//!
//! The standard library's sort is compiled anew for each type and each comparison, some 4 KB every time, which a page has to load. Here it is
//! compiled once, and everything else is put in the order of its keys.

/// Numbers that order what they stand for, the first before the second and so on.
pub type Key = [i64; 3];

/// A number that is ordered as `f64::total_cmp` orders its value.
pub fn total(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    // Below 0 the bits of floats count the other way round.
    bits ^ ((bits >> 63) & i64::MAX)
}

/// Sorts by `key`, the lowest first; equals keep their order.
pub fn sort<T>(items: &mut Vec<T>, key: impl Fn(&T) -> Key) {
    let mut order: Vec<(Key, usize)> = items.iter().map(key).zip(0..).collect();
    order.sort_unstable();
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, i)| taken[i].take()));
}

/// Sorts by `key`, which equals share, and takes out what is there already.
pub fn dedup<T: PartialEq>(items: &mut Vec<T>, key: impl Fn(&T) -> Key) {
    sort(items, key);
    items.dedup();
}

/// A number that differs where the values do, nearly always, and is the same on every machine: FNV-1a (G. Fowler, L. C. Noll, P. Vo). The
/// standard library's hash of a `usize` is another one in browsers.
pub fn hash(values: impl Iterator<Item = u64>) -> i64 {
    values.fold(0xcbf2_9ce4_8422_2325_u64, |hash, v| (hash ^ v).wrapping_mul(0x100_0000_01b3)).cast_signed()
}

/// [`sort`] for whole numbers, each of which is its own key.
pub fn sort_numbers(numbers: &mut Vec<usize>) {
    sort(numbers, |&n| [whole(n), 0, 0]);
}

/// A whole number as a part of a key.
pub fn whole(number: usize) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_in_the_order_of_total_cmp() {
        let values =
            [f64::NEG_INFINITY, -1e300, -1., -f64::MIN_POSITIVE, -0., 0., 1e-310, 1., 1.5, f64::INFINITY, f64::NAN];
        for a in values {
            for b in values {
                assert_eq!(total(a).cmp(&total(b)), a.total_cmp(&b), "{a} {b}");
            }
        }
    }

    #[test]
    fn it_sorts_like_the_standard_library_and_keeps_equals_in_order() {
        let mut items: Vec<(f64, usize)> = (0..500).map(|i| (f64::from(i * 7919 % 37) / 3., i as usize)).collect();
        let mut expected = items.clone();
        expected.sort_by(|a, b| b.0.total_cmp(&a.0));
        sort(&mut items, |&(value, _)| [total(-value), 0, 0]);
        assert_eq!(items, expected);
        let mut repeated = vec![vec![2], vec![1, 5], vec![2], vec![1, 4], vec![1, 5]];
        dedup(&mut repeated, |item| [whole(item[0]), hash(item.iter().map(|&n| n as u64)), 0]);
        assert_eq!(repeated.len(), 3);
        assert_eq!(repeated[2], [2]);
        let mut numbers = vec![3, 1, 2, 1];
        sort_numbers(&mut numbers);
        assert_eq!(numbers, [1, 1, 2, 3]);
    }
}
