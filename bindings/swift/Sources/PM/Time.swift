import Foundation

extension Session {
    /// Starts the actor's timer; one that runs is stopped at the same instant.
    @discardableResult
    public func startTimer(
        on item: String, note: String = "", id: String? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.startTimer(id: id, item: item, note: note), commandId)
    }

    /// Stops the actor's running timer, or the one named.
    @discardableResult
    public func stopTimer(
        _ entry: String? = nil, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.stopTimer(entry: entry), commandId, expectedVersion)
    }

    /// Records time by hand; another's with `user`, as an admin of the project.
    @discardableResult
    public func addTimeEntry(
        on item: String,
        from startedAt: Date,
        to endedAt: Date,
        note: String = "",
        user: String? = nil,
        id: String? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let entry = NewTimeEntry(id: id, item: item, user: user, startedAt: startedAt, endedAt: endedAt, note: note)
        return try one(.addTimeEntry(entry), commandId)
    }

    /// Changes a time entry; what is not named stays.
    @discardableResult
    public func updateTimeEntry(
        _ entry: String, _ changes: [TimeEntryChange], expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.updateTimeEntry(entry: entry, changes: changes), commandId, expectedVersion)
    }

    /// Deletes a time entry; a running one is stopped by it. It can be restored.
    @discardableResult
    public func deleteTimeEntry(
        _ entry: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.deleteTimeEntry(entry: entry), commandId, expectedVersion)
    }

    /// Brings a deleted time entry back.
    @discardableResult
    public func restoreTimeEntry(
        _ entry: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.restoreTimeEntry(entry: entry), commandId, expectedVersion)
    }
}
