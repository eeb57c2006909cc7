import ChildPrograms
import Foundation
import MacrostateStorage

/// The molecular-dynamics engine LAMMPS on this machine (Thompson et al., Comput. Phys. Commun. 271, 2022).
public struct LAMMPS: Sendable {
  /// The program.
  public let executable: URL

  /// The command that installs it.
  public static let installation = "apt-get install lammps"

  /// The names of LAMMPS in Debian and elsewhere.
  private static let names = ["lmp", "lmp_serial", "lmp_mpi", "lammps"]

  /// LAMMPS at a path, or by a name that is looked for in PATH; `nil` looks for the usual names.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` with the line that installs it.
  public init(_ name: String? = nil) throws {
    guard let found = Self.locate(name.map { [$0] } ?? Self.names) else {
      throw MacrostateError(
        .missingInput,
        "\(name ?? "LAMMPS"): not found; install it (\(Self.installation)), or name its program with --lammps")
    }
    executable = found
  }

  private static func locate(_ names: [String]) -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = names.flatMap { name in
      name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
    }
    return candidates.map { URL(fileURLWithPath: $0) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) && !Folder.exists($0) }
  }

  /// The time that LAMMPS may take to say its version: MPI on a node that is for logging in may wait for ever.
  private static let patience = Duration.seconds(60)

  /// Its version, as it says itself: "29 Sep 2021 - Update 2".
  ///
  /// - Parameter stop: asked while LAMMPS has not answered.
  /// - Throws: `MacrostateError` of kind `failure` if the program cannot be run or does not answer within a minute;
  ///   `stopped`.
  public func version(stop: StopFlag = StopFlag()) throws -> String {
    let output = FileManager.default.temporaryDirectory.appendingPathComponent("lammps-\(UUID().uuidString).txt")
    defer { try? Folder.remove(output) }
    let process = ChildProcess(
      executable: executable, arguments: ["-h"], folder: FileManager.default.temporaryDirectory, output: output)
    let start = ContinuousClock.now
    let outcome = try process.run { stop.isSet || ContinuousClock.now - start > Self.patience }
    try stop.check("LAMMPS has not said its version yet")
    guard outcome != .stopped else {
      throw MacrostateError(
        .failure,
        "\(executable.path): no answer within a minute; try `\(executable.path) -h`, on a node where programs may run")
    }
    let text = (try? Data(contentsOf: output)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let title = text.split(whereSeparator: \.isNewline).first { $0.contains("Massively Parallel Simulator") }
    guard outcome == .exited(0), let title, let dash = title.firstRange(of: " - ") else {
      throw MacrostateError(
        .failure, "\(executable.path): this is not LAMMPS, or does not run; try `\(executable.path) -h`")
    }
    return title[dash.upperBound...].trimmingCharacters(in: .whitespaces)
  }
}
