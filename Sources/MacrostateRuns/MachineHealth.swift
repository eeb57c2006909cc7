import Foundation
import MacrostateCompute
import MacrostateReports
import MacrostateStorage
import MolecularDynamics
import TrajectoryFormats

/// The means that a machine offers to Macrostate.
public struct MachineHealth: Codable, Sendable {
  /// Something that may be there or not.
  public struct Item: Codable, Sendable {
    /// The name.
    public var name: String
    /// Whether it is there.
    public var isPresent: Bool
    /// The place, or how to get it.
    public var detail: String
  }

  /// The version of Macrostate.
  public var programVersion: String
  /// Cores that this process may use, by its affinity and its control groups.
  public var cores: Int
  /// Cores of the machine.
  public var machineCores: Int
  /// Bytes of memory.
  public var memory: UInt64
  /// Free bytes on the disk of the current folder; nil where unknown.
  public var freeDisk: Int?
  /// The instruction sets of the kernels that the machine has; the last is used.
  public var instructionSets: [InstructionSet]
  /// The programs that Macrostate can use beyond itself.
  public var items: [Item]

  /// Looks at this machine.
  public init() {
    programVersion = ProgramVersion.current
    cores = Processors.available
    machineCores = Processors.ofMachine
    memory = ProcessInfo.processInfo.physicalMemory
    let attributes = try? FileManager.default.attributesOfFileSystem(
      forPath: FileManager.default.currentDirectoryPath)
    freeDisk = (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    instructionSets = Kernels.available.map(\.instructionSet)
    let charts = ChartBundle.locate()
    let lammps = try? LAMMPS()
    items = [
      Item(
        name: "charts for the report", isPresent: charts != nil,
        detail: [ChartBundle.warning(), charts?.url.path ?? ChartBundle.remedy].compactMap(\.self).joined(
          separator: "; ")),
      Item(
        name: "LAMMPS (optional)", isPresent: lammps != nil,
        detail: lammps?.executable.path ?? "not found; \(LAMMPS.installation)"),
    ]
    items += ForeignLibrary.allCases.map(Self.item)
  }

  /// A library that reads files of other programs, as a process says that has loaded it.
  private static func item(_ library: ForeignLibrary) -> Item {
    let name = "\(library.rawValue) (optional)"
    do {
      let (file, version) = try library.examine()
      return Item(name: name, isPresent: true, detail: "\(version), \(file.path)")
    } catch {
      let problem = (error as? MacrostateError)?.message ?? "\(error)"
      return Item(name: name, isPresent: false, detail: problem)
    }
  }

  /// For people.
  public var text: String {
    func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
    var lines = [
      "macrostate \(programVersion)",
      "  cores             \(cores)" + (cores < machineCores ? " of \(machineCores) that the machine has" : ""),
      "  memory            \(gigabytes(Double(memory)))",
      "  free disk here    \(freeDisk.map { gigabytes(Double($0)) } ?? "unknown")",
      "  instruction sets  \(instructionSets.map(\.rawValue).joined(separator: ", ")) (the last is used)",
    ]
    lines += items.map { "  \($0.isPresent ? "found  " : "missing") \($0.name): \($0.detail)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
