// A board in the terminal: `swift run track add PM "Write the first page"`, `move PM-1 in_progress`, `board PM`.
import Foundation
import PM

func run(_ arguments: [String]) throws {
    let engine = try PMEngine(root: URL(fileURLWithPath: "pm-data"))
    defer { try? engine.close() }
    let me = try engine.tenantOrCreate("home").acting(as: NSUserName())
    switch (arguments.first, arguments.dropFirst().first, arguments.dropFirst(2).first) {
    case ("new", let key?, let title?):
        print(try me.createProject(key: key, title: title).key)
    case ("add", let project?, let title?):
        print(try me.createItem(project: project, kind: .task, title: title).key)
    case ("move", let item?, let lane?):
        try me.moveItem(item, lane: lane)
    case ("block", let blocker?, let waiting?):
        try me.block(blocker, before: waiting)
    case ("start", let item?, _):
        try me.startTimer(on: item)
    case ("stop", _, _):
        try me.stopTimer()
    case ("board", let project?, _):
        for lane in try me.query.board(project: project).lanes {
            print("\n\(lane.lane.name) (\(lane.itemCount))")
            for card in lane.cards {
                print("  \(card.key)  \(card.item.title)\(card.blocked ? "  waits" : "")")
            }
        }
    default:
        print("track new KEY TITLE | add PROJECT TITLE | move ITEM LANE | block ITEM ITEM | start ITEM | stop | board PROJECT")
    }
}

do {
    try run(Array(CommandLine.arguments.dropFirst()))
} catch let error as PmError {
    FileHandle.standardError.write(Data("\(error.code()): \(error.sentence)\n".utf8))
    exit(1)
}
