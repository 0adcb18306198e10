import Foundation

extension Date {
    /// The calendar date of this instant in a time zone, as the engine takes it: year, month and day of the Gregorian
    /// calendar.
    public func calendarDate(in zone: TimeZone = .current) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day], from: self)
        return DateComponents(year: parts.year, month: parts.month, day: parts.day)
    }
}

/// An instant as the engine takes it. One that no number stands for becomes one the engine refuses as `invalid`.
func wholeMilliseconds(_ instant: Date) -> Int64 {
    Int64(exactly: (instant.timeIntervalSince1970 * 1000).rounded()) ?? Int64.max
}

/// A duration as the engine takes it, without a fraction of a second; one that no number stands for as one it refuses.
func wholeSeconds(_ interval: TimeInterval) -> Int64 {
    Int64(exactly: interval.rounded(.towardZero)) ?? Int64.max
}

/// `YYYY-MM-DD`. Components without year, month or day become a text the engine refuses as `invalid`.
func calendarText(_ date: DateComponents) -> String {
    guard let year = date.year, let month = date.month, let day = date.day else { return "" }
    func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
}

/// Year, month and day of a text of the engine's.
func calendarDate(_ text: String) -> DateComponents {
    let parts = text.split(separator: "-").map { Int($0) }
    guard parts.count == 3 else { return DateComponents() }
    return DateComponents(year: parts[0], month: parts[1], day: parts[2])
}

extension WorkItem {
    /// The estimated work.
    public var estimate: TimeInterval? { estimateSeconds.map { TimeInterval($0) } }

    /// The remaining work.
    public var remaining: TimeInterval? { remainingSeconds.map { TimeInterval($0) } }
}

extension TimeEntry {
    /// How long it took; `nil` while it runs.
    public var duration: TimeInterval? { seconds.map { TimeInterval($0) } }
}

extension TimeTotals {
    /// The sum of all lines.
    public var duration: TimeInterval { TimeInterval(seconds) }
}

extension TenantSettings {
    /// After which a timer is flagged or cut.
    public var timerCap: TimeInterval { TimeInterval(timerCapSeconds) }
}
