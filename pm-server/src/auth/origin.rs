//! Which web pages may connect. A browser lets any page open a WebSocket to any host, and says in `Origin` whose page
//! it is; programs that are no browsers say nothing.

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName, ORIGIN};

/// Whether a request may come from where it comes. `listed` are the origins of the settings; without any, pages of the
/// host that is asked are allowed. No origin is always allowed, one that is `null` never.
pub(crate) fn is_allowed(listed: &[String], headers: &HeaderMap) -> bool {
    let origin = match only(headers, &ORIGIN) {
        Only::None => return true,
        Only::One(origin) => origin,
        Only::Unclear => return false,
    };
    if !listed.is_empty() {
        return listed.iter().any(|allowed| allowed == origin);
    }
    let Only::One(host) = only(headers, &HOST) else { return false };
    let (scheme_port, authority) = match origin.split_once("://") {
        Some(("http", authority)) => (":80", authority),
        Some(("https", authority)) => (":443", authority),
        _ => return false,
    };
    // The port that goes without saying may be said.
    let bare = |host: &str| host.strip_suffix(scheme_port).unwrap_or(host).to_ascii_lowercase();
    !authority.is_empty() && bare(authority) == bare(host)
}

enum Only<'a> {
    None,
    One(&'a str),
    /// Twice, or not text.
    Unclear,
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Only<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Only::None,
        (Some(value), None) => value.to_str().map_or(Only::Unclear, Only::One),
        (Some(_), Some(_)) => Only::Unclear,
    }
}

/// Whether this is an origin as browsers write it: `https://host` or `https://host:port`, in small letters, without a
/// port that goes without saying, without anything after it.
pub(crate) fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let usual_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "://",
    };
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(|c| small(c) || "+-.".contains(c))
        && !authority.is_empty()
        && authority.chars().all(|c| small(c) || ".-_:[]".contains(c))
        && !authority.ends_with(usual_port)
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use hyper::header::HeaderValue;

    use super::*;

    fn asked(listed: &[&str], origins: &[&str], host: &str) -> bool {
        let listed: Vec<String> = listed.iter().map(ToString::to_string).collect();
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, HeaderValue::from_bytes(origin.as_bytes()).unwrap());
        }
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        is_allowed(&listed, &headers)
    }

    #[gtest]
    fn given_no_list_when_asked_from_a_page_then_only_pages_of_the_same_host_and_port_are_allowed() {
        let host = "pm.example.com:7420";
        expect_that!(asked(&[], &[], host), eq(true));
        expect_that!(asked(&[], &["http://pm.example.com:7420"], host), eq(true));
        expect_that!(asked(&[], &["https://pm.example.com:7420"], "PM.example.com:7420"), eq(true));
        expect_that!(asked(&[], &["https://pm.example.com"], "pm.example.com:443"), eq(true));
        for origin in [
            "null",
            "",
            "http://",
            "http://evil.example",
            "http://pm.example.com",
            "http://pm.example.com:7421",
            "http://pm.example.com:7420.evil.example",
            "http://evil.example/pm.example.com:7420",
            "http://pm.example.com:7420@evil.example",
            "http://evil.example://pm.example.com:7420",
            "ftp://pm.example.com:7420",
            "file://",
            "http://pm.example.com:7420 http://evil.example",
            "http://pm.example.cöm:7420",
        ] {
            expect_that!(asked(&[], &[origin], host), eq(false), "{origin}");
        }
        expect_that!(asked(&[], &["http://pm.example.com:7420", "http://evil.example"], host), eq(false));
        expect_that!(asked(&[], &["http://pm.example.com"], "pm.example.com:443"), eq(false));
    }

    #[gtest]
    fn given_a_list_when_asked_from_a_page_then_it_must_be_in_it_to_the_letter() {
        let listed = ["https://board.example.com", "tauri://localhost", "http://localhost:5173"];
        for origin in listed {
            expect_that!(asked(&listed, &[origin], "pm.example.com"), eq(true), "{origin}");
            expect_that!(is_origin(origin), eq(true), "{origin}");
        }
        expect_that!(asked(&listed, &[], "pm.example.com"), eq(true));
        for origin in [
            "null",
            "http://board.example.com",
            "https://board.example.com:8443",
            "https://board.example.com/",
            "https://x.board.example.com",
            "https://pm.example.com",
            "http://localhost:5174",
        ] {
            expect_that!(asked(&listed, &[origin], "pm.example.com"), eq(false), "{origin}");
        }
    }

    #[gtest]
    fn given_an_entry_that_no_browser_would_write_when_checked_then_it_is_no_origin() {
        for entry in [
            "*",
            "null",
            "board.example.com",
            "https://",
            "https://Board.example.com",
            "https://board.example.com/",
            "https://board.example.com:443",
            "https://*.example.com",
            "https://a b",
            "://a",
        ] {
            expect_that!(is_origin(entry), eq(false), "{entry}");
        }
    }
}
