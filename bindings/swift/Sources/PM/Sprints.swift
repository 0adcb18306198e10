import Foundation

/// Commands about sprints. A sprint is named by its id; `query.sprints` tells it.
extension Session {
    /// Plans a sprint.
    @discardableResult
    public func createSprint(
        project: String,
        name: String,
        goal: String = "",
        startDate: DateComponents? = nil,
        endDate: DateComponents? = nil,
        id: String? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let sprint = NewSprint(
            id: id, project: project, name: name, goal: goal, startDate: startDate, endDate: endDate)
        return try one(.createSprint(sprint), commandId)
    }

    /// Changes a sprint; what is not named stays.
    @discardableResult
    public func updateSprint(
        _ sprint: String, _ changes: [SprintChange], expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.updateSprint(sprint: sprint, changes: changes), commandId, expectedVersion)
    }

    /// Starts a planned sprint and stores its commitment.
    @discardableResult
    public func startSprint(
        _ sprint: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.startSprint(sprint: sprint), commandId, expectedVersion)
    }

    /// Completes a sprint and stores its result; what is unfinished goes to another one, or out of any.
    @discardableResult
    public func completeSprint(
        _ sprint: String, carryTo: String? = nil, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.completeSprint(sprint: sprint, carryTo: carryTo), commandId, expectedVersion)
    }

    /// Cancels a planned or active sprint and clears it of its items.
    @discardableResult
    public func cancelSprint(
        _ sprint: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.cancelSprint(sprint: sprint), commandId, expectedVersion)
    }

    /// Deletes a sprint and clears it of its items. It can be restored, without them.
    @discardableResult
    public func deleteSprint(
        _ sprint: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.deleteSprint(sprint: sprint), commandId, expectedVersion)
    }

    /// Brings a deleted sprint back, without its items.
    @discardableResult
    public func restoreSprint(
        _ sprint: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.restoreSprint(sprint: sprint), commandId, expectedVersion)
    }
}
