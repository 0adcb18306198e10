package pm.test

/** Just enough JSON for the scenarios: objects are maps, arrays lists, numbers doubles. */
class Json private constructor(private val text: String) {
    private var at = 0

    private fun skip() {
        while (at < text.length && text[at].isWhitespace()) at++
    }

    private fun value(): Any? {
        skip()
        return when (text[at]) {
            '{' -> entries()
            '[' -> values()
            '"' -> string()
            't' -> true.also { at += 4 }
            'f' -> false.also { at += 5 }
            'n' -> null.also { at += 4 }
            else -> {
                val end = (at until text.length).first { text[it] !in "+-.eE0123456789" }
                text.substring(at, end).toDouble().also { at = end }
            }
        }
    }

    private fun entries(): Map<String, Any?> = buildMap {
        list('}') {
            val name = string()
            skip()
            at++
            put(name, value())
        }
    }

    private fun values(): List<Any?> = buildList { list(']') { add(value()) } }

    private fun list(end: Char, one: () -> Unit) {
        at++
        skip()
        while (text[at] != end) {
            one()
            skip()
            if (text[at] == ',') at++
            skip()
        }
        at++
    }

    private fun string(): String = buildString {
        at++
        while (text[at] != '"') {
            if (text[at] != '\\') {
                append(text[at++])
                continue
            }
            when (val escaped = text[at + 1]) {
                'n' -> append('\n')
                't' -> append('\t')
                'u' -> append(text.substring(at + 2, at + 6).toInt(16).toChar()).also { at += 4 }
                else -> append(escaped)
            }
            at += 2
        }
        at++
    }

    companion object {
        @Suppress("UNCHECKED_CAST")
        fun parse(text: String): Map<String, Any?> = Json(text).value() as Map<String, Any?>
    }
}
