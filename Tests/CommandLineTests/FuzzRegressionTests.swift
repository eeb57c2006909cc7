import Foundation
import MacrostateKit
import Testing

/// Inputs that the fuzz tool once found: accepted now, or refused with a message.
@Suite struct FuzzRegressionTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fuzz/Regressions")

  /// The fuzz tool, which is beside `macrostate`, with these arguments.
  private func fuzz(_ arguments: String...) throws -> Outcome {
    let scratch = try Scratch()
    return try scratch.start(arguments, script: "exec \"$0-fuzz\" \"$@\"").finish()
  }

  @Test func regressionsDoNotCrash() throws {
    let names = try Folder.contents(Self.folder).filter(Folder.exists).flatMap { format in
      try Folder.contents(format).map { "\(format.lastPathComponent)/\($0.lastPathComponent): " }
    }
    let outcome = try fuzz("regressions", Self.folder.path)
    #expect(outcome.exitCode == 0, "\(outcome.output)\n\(outcome.errors)")
    for name in names {
      let isTried = outcome.output.contains("\(name)accepted") || outcome.output.contains("\(name)refused")
      #expect(isTried, "\(name)\n\(outcome.output)")
    }
    #expect(names.count > 10)
  }

  @Test func anInputIsAFunctionOfItsNumber() throws {
    let scratch = try Scratch()
    for name in ["a", "b"] {
      let outcome = try fuzz("--format", "dump", "--seed", "7", "--input", "1234", "--write", scratch.file(name).path)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    #expect(try scratch.bytes(of: "a") == scratch.bytes(of: "b"))
    #expect(try !scratch.bytes(of: "a").isEmpty)
  }
}
