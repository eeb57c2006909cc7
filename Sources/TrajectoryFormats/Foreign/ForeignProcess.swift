import Foundation
import MacrostateStorage

/// What the process does that uses a library of others: it reads a file with it, and writes the frames into a pipe.
package enum ForeignProcess {
  /// The word on the command line that makes a program this process.
  package static let command = "read-particles"
  /// The environment variable that names the program to be started.
  package static let environmentVariable = "MACROSTATE_READER"

  /// Makes this program the one that is started to read particles, unless the user has named another.
  ///
  /// To be called by a program's first lines, before there are other threads.
  package static func register() {
    guard let executable = Bundle.main.executableURL else { return }
    setenv(environmentVariable, executable.path, 0)
  }

  /// Does what `arguments` ask for, the command first; returns the exit code. Nil where they ask for something else.
  package static func run(_ arguments: some Collection<String>) -> Int32? {
    guard arguments.first == command, arguments.count == 2, let text = arguments.dropFirst().first,
      let request = try? JSONDecoder().decode(ForeignRequest.self, from: Data(text.utf8)),
      let writer = ForeignMessageWriter()
    else { return arguments.first == command ? MacrostateError.Kind.usage.exitCode : nil }
    limit(request)
    do {
      let library = try LoadedLibrary(request.library, path: request.path)
      let source: any ForeignSource =
        switch request.library {
        case .chemfiles: try ChemfilesTrajectory(library, request)
        case .hdf5: try HDF5Trajectory(library, request)
        }
      try writer.write(.greeting, source.greeting)
      while let content = try source.next() { try writer.write(content) }
      try writer.write(.end, "")
    } catch {
      let error = error as? MacrostateError ?? MacrostateError(.failure, "\(error)")
      guard (try? writer.write(.problem, ForeignProblem(error))) != nil else { return error.kind.exitCode }
    }
    return EXIT_SUCCESS
  }

  /// Limits the memory, and leaves no core file behind.
  private static func limit(_ request: ForeignRequest) {
    var memory = rlimit(rlim_cur: rlim_t(request.memory), rlim_max: rlim_t(request.memory))
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    #if os(Linux)
      _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
      _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    #else
      _ = setrlimit(RLIMIT_AS, &memory)
      _ = setrlimit(RLIMIT_CORE, &core)
    #endif
  }
}

/// Frames that a library reads from a file.
protocol ForeignSource: AnyObject {
  var greeting: ForeignGreeting { get }
  /// The next frame; nil at the end.
  func next() throws -> ForeignFrameContent?
}

/// A frame and the numbers of its tables.
struct ForeignFrameContent {
  var frame: ForeignFrame
  private(set) var tables: [ParticleTable] = []

  /// A frame without tables.
  init(_ frame: ForeignFrame) { self.frame = frame }

  /// Adds a table.
  mutating func add(_ table: ParticleTable, _ role: ForeignFrame.Table.Role, _ names: [String] = []) {
    let isSingle = if case .singles = table.numbers { true } else { false }
    frame.tables.append(ForeignFrame.Table(role: role, names: names, width: table.width, isSingle: isSingle))
    tables.append(table)
  }
}

/// Writes messages into what was the standard output when the process began.
struct ForeignMessageWriter {
  private let descriptor: Int32
  private let encoder = JSONEncoder()

  /// Takes the standard output for messages alone: what libraries print goes nowhere. Nil where there is none.
  init?() {
    descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0, nowhere >= 0 else { return nil }
    dup2(nowhere, STDOUT_FILENO)
    dup2(nowhere, STDERR_FILENO)
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }

  func write(_ message: ForeignMessage, _ content: some Encodable) throws {
    let json = try encoder.encode(content)
    var bytes = ForeignMessage.prefix + [message.rawValue]
    withUnsafeBytes(of: UInt32(json.count).littleEndian) { bytes += $0 }
    bytes += json
    try bytes.withUnsafeBytes(write)
  }

  /// A frame, then the numbers of its tables, one after the other.
  func write(_ content: ForeignFrameContent) throws {
    try write(.frame, content.frame)
    for table in content.tables {
      switch table.numbers {
      case .singles(let numbers): try numbers.withUnsafeBytes(write)
      case .doubles(let numbers): try numbers.withUnsafeBytes(write)
      }
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw MacrostateError(.failure, "nobody reads the frames any more") }
      done += count
    }
  }
}
