/** A board in the terminal: `add PM "Write the first page"`, `move PM-1 in_progress`, `board PM`. */
package track

import java.nio.file.Path
import kotlin.system.exitProcess
import pm.ItemKind
import pm.PmEngine
import pm.PmException
import pm.Session
import pm.actingAs
import pm.code

private fun board(me: Session, project: String) {
    for (lane in me.query.board(project).lanes) {
        println("\n${lane.lane.name} (${lane.itemCount})")
        for (card in lane.cards) {
            val marks = listOfNotNull("waits".takeIf { card.blocked }, "running".takeIf { card.timers.isNotEmpty() })
            println("  ${card.key.padEnd(8)} ${card.item.title} ${marks.joinToString(" ")}")
        }
    }
}

fun main(arguments: Array<String>) {
    val folder = Path.of(System.getProperty("pm.data", "pm-data"))
    PmEngine(folder).use { engine ->
        val me = engine.tenantOrCreate("home").actingAs(System.getProperty("user.name"))
        val (first, second) = listOf(1, 2).map { arguments.getOrElse(it) { "" } }
        try {
            when (arguments.firstOrNull()) {
                "new" -> println(me.createProject(first, second).key)
                "add" -> println(me.createItem(first, ItemKind.TASK, second).key)
                "move" -> me.moveItem(first, lane = second)
                "block" -> me.block(first, second)
                "start" -> me.startTimer(first)
                "stop" -> me.stopTimer()
                "board" -> board(me, first)
                else -> println("new KEY TITLE | add PROJECT TITLE | move ITEM LANE | block ITEM ITEM | start ITEM | stop | board PROJECT")
            }
        } catch (error: PmException) {
            System.err.println("${error.code}: ${error.message}")
            engine.close()
            exitProcess(1)
        }
    }
}
