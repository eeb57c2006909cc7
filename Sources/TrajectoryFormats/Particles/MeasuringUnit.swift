import Foundation
import MacrostateStorage

/// A unit of length or time.
public struct MeasuringUnit: Equatable, Sendable {
  /// What is measured.
  public enum Quantity: String, Sendable {
    case length, time
  }

  /// The name that data sets store: `nm`.
  public let name: String
  /// What it measures.
  public let quantity: Quantity
  /// The unit in metres or seconds.
  let size: Double

  private static let all: [(names: [String], quantity: Quantity, size: Double)] = [
    (["Å", "A", "angstrom", "angstroms", "ang"], .length, 1e-10),
    (["nm", "nanometer", "nanometers", "nanometre"], .length, 1e-9),
    (["pm", "picometer"], .length, 1e-12),
    (["bohr", "a0"], .length, 5.29177210903e-11),
    (["µm", "um", "micrometer", "micron", "microns"], .length, 1e-6),
    (["mm"], .length, 1e-3), (["cm"], .length, 1e-2), (["m", "meter", "metre"], .length, 1),
    (["fs", "femtosecond", "femtoseconds"], .time, 1e-15),
    (["ps", "picosecond", "picoseconds"], .time, 1e-12),
    (["ns", "nanosecond", "nanoseconds"], .time, 1e-9),
    (["µs", "us", "microsecond", "microseconds"], .time, 1e-6),
    (["ms"], .time, 1e-3), (["s", "second", "seconds"], .time, 1),
  ]

  /// The unit of `quantity` called `name`, in any of its spellings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for one that is not known, with those that are.
  public init(_ name: String, of quantity: Quantity) throws {
    guard let unit = Self.known(name, quantity) else {
      let names = Self.all.filter { $0.quantity == quantity }.map { $0.names[0] }.joined(separator: ", ")
      throw MacrostateError(.usage, "unknown unit of \(quantity.rawValue) '\(name)'; there are: \(names)")
    }
    self = unit
  }

  private init(name: String, quantity: Quantity, size: Double) {
    (self.name, self.quantity, self.size) = (name, quantity, size)
  }

  /// The unit of a name that a file has; nil where it is none that is known.
  static func known(_ name: String?, _ quantity: Quantity) -> MeasuringUnit? {
    guard let name else { return nil }
    let found = all.first { unit in
      unit.quantity == quantity
        && unit.names.contains { $0 == name || $0.lowercased() == name.lowercased() && $0.count > 2 }
    }
    return found.map { MeasuringUnit(name: $0.names[0], quantity: quantity, size: $0.size) }
  }

  /// The factor by which numbers in this unit become numbers in `other`.
  func factor(to other: MeasuringUnit) -> Double {
    // Powers of ten have no exact double; their ratio is one again.
    let ratio = size / other.size
    return Double(String(format: "%.12g", ratio)) ?? ratio
  }
}

extension FileUnits {
  /// The units of the systems of LAMMPS (`units`, page of its documentation).
  private static let systems: [String: (length: String?, time: String?)] = [
    "metal": ("Å", "ps"), "real": ("Å", "fs"), "si": ("m", "s"), "cgs": ("cm", "s"), "electron": ("bohr", "fs"),
    "micro": ("µm", "µs"), "nano": ("nm", "ns"), "lj": (nil, nil),
  ]

  /// The unit of a quantity that the files mean; nil where nobody knows, or where units are reduced.
  func unit(of quantity: MeasuringUnit.Quantity) -> MeasuringUnit? {
    let system = system.flatMap { Self.systems[$0] }
    switch quantity {
    case .length: return MeasuringUnit.known(length ?? system?.length, .length)
    case .time: return MeasuringUnit.known(time ?? system?.time, .time)
    }
  }
}
