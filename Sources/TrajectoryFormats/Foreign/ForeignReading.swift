import ChildPrograms
import Foundation
import MacrostateStorage

/// The messages of a process that uses a library of others, as they come.
final class ForeignReading {
  /// What messages are about, with a colon behind it.
  private let subject: String
  private let library: ForeignLibrary
  private let program: PipedProgram
  private let executable: String
  private let patience: Duration
  /// The bytes that the process may use, and no table has more.
  private let memory: Int
  private let decoder = JSONDecoder()
  private(set) var greeting = ForeignGreeting(version: "")
  private var hasEnded = false

  /// Starts the process and waits for its first message.
  ///
  /// - Parameters:
  ///   - url: the file that messages are about; nil for none.
  ///   - patience: how long nothing may come.
  /// - Throws: `MacrostateError` as the process says, or of kind `failure` if it cannot be started.
  init(_ request: ForeignRequest, about url: URL?, patience: Duration) throws {
    subject = url.map { "\($0.path): " } ?? ""
    guard let executable = ProcessInfo.processInfo.environment[ForeignProcess.environmentVariable] else {
      throw MacrostateError(
        .failure,
        "\(subject)\(request.library.rawValue) is used by a process of its own, and this program has none; name the "
          + "program macrostate in \(ForeignProcess.environmentVariable)")
    }
    (self.executable, self.patience, library, memory) = (executable, patience, request.library, request.memory)
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    program = try PipedProgram(
      URL(fileURLWithPath: executable),
      [ForeignProcess.command, String(decoding: JSONEncoder().encode(request), as: UTF8.self)])
    let opening: Problem = { [subject] in MacrostateError($0, "\(subject)\($1)") }
    guard case .greeting(let greeting) = try next(opening) else { throw noReader }
    self.greeting = greeting
  }

  private enum Content {
    case greeting(ForeignGreeting)
    case frame(ForeignFrame)
    case end
  }

  /// The next frame; nil at the end.
  func nextFrame(_ place: FramePlace) throws -> ForeignFrame? {
    if hasEnded { return nil }
    switch try next({ kind, text in MacrostateError(kind, place.error(text).message) }) {
    case .frame(let frame):
      guard 0...Int(Int32.max) ~= frame.count, 1...3 ~= frame.axes,
        frame.tables.contains(where: { $0.role == .positions && $0.width >= frame.axes })
      else { throw place.error("a frame of \(frame.count) particles, which is not possible") }
      return frame
    case .greeting: throw noReader
    case .end:
      hasEnded = true
      return nil
    }
  }

  /// The numbers of a table, which stand behind its frame.
  func numbers(of table: ForeignFrame.Table, count: Int, _ place: FramePlace) throws -> ParticleTable {
    func read<Number>(_ type: Number.Type) throws -> [Number] {
      guard 0...64 ~= table.width, count * table.width <= memory / MemoryLayout<Number>.stride else {
        throw place.error("a table of \(count) × \(table.width) numbers, which is not possible")
      }
      let total = count * table.width
      return try [Number](unsafeUninitializedCapacity: total) { buffer, filled in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        try fill(
          UnsafeMutableRawBufferPointer(rebasing: bytes[..<(total * MemoryLayout<Number>.stride)]),
          { kind, text in MacrostateError(kind, place.error(text).message) })
        filled = total
      }
    }
    return table.isSingle
      ? ParticleTable(try read(Float.self), width: table.width)
      : ParticleTable(try read(Double.self), width: table.width)
  }

  private typealias Problem = (MacrostateError.Kind, String) -> MacrostateError

  private func next(_ error: Problem) throws -> Content {
    let header = try bytes(ForeignMessage.headerSize, error)
    let length: UInt32 = header.integer(at: 8)
    guard header.starts(with: ForeignMessage.prefix), let kind = ForeignMessage(rawValue: header[7]),
      length <= ForeignMessage.longest
    else { throw noReader }
    let json = Data(try bytes(Int(length), error))
    do {
      switch kind {
      case .greeting: return .greeting(try decoder.decode(ForeignGreeting.self, from: json))
      case .frame: return .frame(try decoder.decode(ForeignFrame.self, from: json))
      case .end: return .end
      case .problem:
        let problem = try decoder.decode(ForeignProblem.self, from: json).error
        throw error(problem.kind, problem.message)
      }
    } catch is DecodingError {
      throw noReader
    }
  }

  private func bytes(_ count: Int, _ error: Problem) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), error)
      filled = count
    }
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, _ error: Problem) throws {
    guard let count = program.read(into: buffer, patience: patience) else {
      throw error(
        .failure, "\(library.rawValue) has given nothing for \(patience.components.seconds) s; is the file damaged?")
    }
    guard count < buffer.count else { return }
    switch try program.outcome() {
    case .exited: throw noReader
    case .killed(let signal):
      throw error(
        .badData,
        "\(library.rawValue) \(greeting.version) has ended with signal \(signal) (\(Self.reason(signal))); the file is "
          + "damaged, or its frames are too large")
    case .stopped: throw error(.failure, "reading was stopped")
    }
  }

  private static func reason(_ signal: Int32) -> String { strsignal(signal).map { String(cString: $0) } ?? "unknown" }

  private var noReader: MacrostateError {
    MacrostateError(
      .failure,
      "\(subject)\(executable), which \(ForeignProcess.environmentVariable) names, does not read particles; name the "
        + "program macrostate of this version there")
  }
}
