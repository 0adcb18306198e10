/** What a call costs from Kotlin. Prints `name microseconds` per line. */
package bench

import java.nio.file.Files
import pm.*

private const val ITEMS = 1000

private fun measure(name: String, times: Int, work: () -> Unit) {
    // The JVM needs some rounds before it is at its pace.
    repeat(times) { work() }
    val start = System.nanoTime()
    repeat(times) { work() }
    println("$name %.1f".format((System.nanoTime() - start) / 1e3 / times))
}

fun main() {
    val folder = Files.createTempDirectory("pm-calls")
    PmEngine(folder, durability = Durability.RELAXED).use { engine ->
        val tenant = engine.createTenant("bench")
        val ada = tenant.actingAs("ada")
        ada.createProject("PM", "Bench")
        repeat(ITEMS) { ada.createItem("PM", ItemKind.TASK, "An item of a bench") }
        measure("command", 500) { ada.createItem("PM", ItemKind.TASK, "An item of a bench") }
        measure("point_query", 2000) { ada.query.itemOnly("PM-500") }
        measure("list_of_1000", 50) {
            var cursor: String? = null
            repeat(2) { cursor = ada.query.items(ItemSort.NUMBER, page = PageRequest(cursor, 500)).next }
        }
        val head = tenant.head()
        val start = System.nanoTime()
        tenant.stream(ada.actor, 0, null).use { stream -> while (stream.cursor() < head) stream.next(1000) }
        println("event %.1f".format((System.nanoTime() - start) / 1e3 / head))
    }
    folder.toFile().deleteRecursively()
}
