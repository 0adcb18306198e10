/// Commands about lanes, for admins of their project. A lane is named by its id, or by its status value together with its
/// project.
extension Session {
    /// Adds a lane, at the end where no place is named. Its status value comes from its name where none is given.
    @discardableResult
    public func createLane(
        project: String,
        name: String,
        category: LaneCategory,
        status: String? = nil,
        wipLimit: Int64? = nil,
        place: LanePlace? = nil,
        id: String? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let lane = NewLane(id: id, name: name, status: status, category: category, wipLimit: wipLimit)
        return try one(.createLane(project: project, lane: lane, place: place), commandId)
    }

    /// Changes a lane; what is not named stays.
    @discardableResult
    public func updateLane(
        _ lane: String,
        of project: String? = nil,
        _ changes: [LaneChange],
        expectedVersion: Int64? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let target = LaneTarget(project: project, lane: lane)
        return try one(.updateLane(lane: target, changes: changes), commandId, expectedVersion)
    }

    /// Moves a lane among those of its project.
    @discardableResult
    public func moveLane(
        _ lane: String,
        of project: String? = nil,
        to place: LanePlace,
        expectedVersion: Int64? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let target = LaneTarget(project: project, lane: lane)
        return try one(.moveLane(lane: target, place: place), commandId, expectedVersion)
    }

    /// Deletes a lane. Where it holds items, `moveItemsTo` says where they go.
    @discardableResult
    public func deleteLane(
        _ lane: String,
        of project: String? = nil,
        moveItemsTo: String? = nil,
        expectedVersion: Int64? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let target = LaneTarget(project: project, lane: lane)
        return try one(.deleteLane(lane: target, moveItemsTo: moveItemsTo), commandId, expectedVersion)
    }

    /// Brings a deleted lane back.
    @discardableResult
    public func restoreLane(
        _ lane: String, of project: String? = nil, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        let target = LaneTarget(project: project, lane: lane)
        return try one(.restoreLane(lane: target), commandId, expectedVersion)
    }
}
