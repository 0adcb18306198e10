//! The team and what it works on.

/// Id and name of everybody.
pub(super) const PEOPLE: &[(&str, &str)] = &[
    ("ann", "Ann Lee"),
    ("bob", "Bob Okafor"),
    ("chris", "Chris Duarte"),
    ("dana", "Dana Novak"),
    ("eli", "Eli Brandt"),
    ("fay", "Fay Tanaka"),
    ("gus", "Gus Moreau"),
];

/// A project as it is told: who leads it, who works on it, and its epics with their stories.
pub(super) struct Topic {
    pub(super) key: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) lead: &'static str,
    pub(super) team: &'static [&'static str],
    pub(super) epics: &'static [(&'static str, &'static [&'static str])],
    pub(super) bugs: &'static [&'static str],
    /// Works in sprints; otherwise what is next is taken when somebody is free.
    pub(super) in_sprints: bool,
}

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        key: "SHOP",
        title: "Web shop",
        description: "The shop our customers see.\n\n- fast on a phone\n- *no* surprise at the checkout",
        lead: "ann",
        team: &["ann", "bob", "chris"],
        epics: &[
            ("Checkout", &["Pay by card", "Pay by invoice", "Guest checkout", "Order confirmation by mail"]),
            (
                "Catalogue",
                &[
                    "Search with typos",
                    "Filter by size and colour",
                    "Product page with zoom",
                    "Recently seen",
                ],
            ),
            ("Accounts", &["Sign in with a link", "Address book", "Order history", "Delete my account"]),
            ("Returns", &["Announce a return", "Print the label", "Refund to the same card"]),
            ("Gifts", &["Gift card as a file", "Wrap it", "A note for the receiver"]),
            ("Partners", &["Feed for price portals", "Orders from a market place"]),
            ("Speed", &["Images in the right size", "Catalogue from the cache", "First page under a second"]),
        ],
        bugs: &[
            "Basket is empty after signing in",
            "Price without tax on the product page",
            "Search forgets the filter",
            "Confirmation mail comes twice",
            "Umlauts are lost in the address",
            "Back button leaves the checkout",
        ],
        in_sprints: true,
    },
    Topic {
        key: "APP",
        title: "Courier app",
        description: "What a courier holds in the hand: the tour, the parcel, the signature. Works without a network.",
        lead: "dana",
        team: &["dana", "eli"],
        epics: &[
            ("Tour of the day", &["See my stops", "Change the order of stops", "Navigate to the next stop"]),
            ("Handing over", &["Scan the parcel", "Sign on the glass", "Leave with a neighbour"]),
            ("Offline", &["Keep the tour on the phone", "Send when back online", "Say what is not sent yet"]),
            (
                "Peak season",
                &["Two vans, one tour", "Helpers without an account", "Collect at the corner shop"],
            ),
            ("Shift", &["Begin and end a shift", "Take a break", "Report a problem with the van"]),
        ],
        bugs: &[
            "Camera stays black on old phones",
            "Signature is upside down",
            "Stop shown twice after a call",
            "Battery is empty by noon",
        ],
        in_sprints: true,
    },
    Topic {
        key: "OPS",
        title: "Platform",
        description: "Everything that has to run. No sprints here: whoever is free takes the next card.",
        lead: "fay",
        team: &["fay", "gus"],
        epics: &[
            (
                "Backups that come back",
                &["Restore every night", "Copy to a second place", "Alarm when one is missing"],
            ),
            ("Deploy in ten minutes", &["Build once", "Roll back with one command", "Warm the caches"]),
            ("Know before the customer", &["Dashboards for each service", "Alarms that mean something"]),
            (
                "Less to look after",
                &["One data base instead of three", "Switch off the old mail relay", "Rotate all keys"],
            ),
            ("Ready for the audit", &["Who may do what", "Log of every access", "Delete what is too old"]),
        ],
        bugs: &[
            "Disk of the log server is full",
            "Certificate ends on Sunday",
            "Queue grows after midnight",
            "Wrong time on two machines",
            "Alarm nobody reads",
        ],
        in_sprints: false,
    },
];

/// The tasks of a story.
pub(super) const TASKS: &[&str] = &["Design", "Build", "Test"];

pub(super) const LABELS: &[&str] = &["customer", "design", "mobile", "security", "performance", "legal"];

pub(super) const COMMENTS: &[&str] = &[
    "First version is up, please have a look.",
    "Works on my machine and on the old phone, too.",
    "Took longer than I thought: the error cases.",
    "Let us keep this one small. The rest can wait.",
    "Tests are green. I left a note in the description.",
    "The customer has seen it and likes it.",
    "Not sure about the wording, otherwise fine.",
];

/// Comments that speak to somebody (`{user}`) about another item (`{item}`).
pub(super) const QUESTIONS: &[&str] = &[
    "@{user} does this wait for {item}?",
    "@{user} could you review this? It touches {item}.",
    "Talked to @{user}: same cause as in {item}, I think.",
    "@{user} I took the idea from {item}.",
];

pub(super) const REPLIES: &[&str] =
    &["Yes, but not for long.", "Will do after lunch.", "Good point, changed it.", "No, go ahead.", "Done."];

pub(super) const NOTES: &[&str] =
    &["first cut", "error cases", "with the customer", "review", "clean-up", ""];
