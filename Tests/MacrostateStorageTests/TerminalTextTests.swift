import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct TerminalTextTests {
  @Test func whatATerminalActsUponIsShown() {
    #expect(TerminalText.visible("energy, 50 % — ẑ₁\tb\n") == "energy, 50 % — ẑ₁\tb\n")
    #expect(TerminalText.visible("\u{1b}[31mred\r\u{7}") == "\\u{1b}[31mred\\u{d}\\u{7}")
    #expect(TerminalText.visible("\u{9b}31m \u{7f} \u{202e}abc") == "\\u{9b}31m \\u{7f} \\u{202e}abc")
    // A line feed after a carriage return is one character with it, and two scalars.
    #expect(TerminalText.visible("a\r\nb") == "a\\u{d}\nb")
  }

  @Test func jsonKeepsItsValue() throws {
    let names = ["\u{1b}[2J", "\u{9b}1m", "\u{7f}", "\u{2028}", "ẑ"]
    let text = TerminalText.visibleJSON(try JSONFile.text(names))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == names)
  }

  @Test func csvQuotesWhatItMust() {
    let rows = [["time", "a,b", "say \"x\"", "two\nlines"], ["1", "", "c\r", " d "]]
    #expect(CSVText.lines(rows) == "time,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n1,,\"c\r\", d \n")
    // A combining mark makes one character with the comma or the quotation mark before it.
    #expect(CSVText.lines([["a,\u{301}", "\"\u{301}", "\r\n"]]) == "\"a,\u{301}\",\"\"\"\u{301}\",\"\r\n\"\n")
  }

  @Test func aStreamThatNobodyReadsIsAnError() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    expectError(.failure, containing: "descriptor \(descriptor): cannot be written (") {
      try ResultFile("/dev/fd/\(descriptor)").write("x")
    }
  }
}
