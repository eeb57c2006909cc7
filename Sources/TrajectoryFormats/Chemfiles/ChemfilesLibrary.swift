import Foundation
import MacrostateStorage

/// The functions of chemfiles 0.10 that are used (chemfiles.org; Fraux et al.), by their names in C. The library has a
/// stable interface in C, whose objects are pointers that `chfl_free` gives back.
struct ChemfilesLibrary {
  typealias Object = UnsafeMutableRawPointer
  typealias Count = UnsafeMutablePointer<UInt64>
  typealias Numbers = UnsafeMutablePointer<Double>
  typealias Text = UnsafeMutablePointer<CChar>

  let version: String
  let free: @convention(c) (Object) -> Void
  private let lastError: @convention(c) () -> UnsafePointer<CChar>?
  let open: @convention(c) (UnsafePointer<CChar>, CChar, UnsafePointer<CChar>) -> Object?
  let close: @convention(c) (Object) -> Void
  let frameCount: @convention(c) (Object, Count) -> Int32
  let readStep: @convention(c) (Object, UInt64, Object) -> Int32
  let frame: @convention(c) () -> Object?
  let positions: @convention(c) (Object, UnsafeMutablePointer<Numbers?>, Count) -> Int32
  let velocities: @convention(c) (Object, UnsafeMutablePointer<Numbers?>, Count) -> Int32
  let hasVelocities: @convention(c) (Object, UnsafeMutablePointer<Bool>) -> Int32
  let property: @convention(c) (Object, UnsafePointer<CChar>) -> Object?
  let propertyKind: @convention(c) (Object, UnsafeMutablePointer<Int32>) -> Int32
  let propertyNumber: @convention(c) (Object, Numbers) -> Int32
  let propertyFlag: @convention(c) (Object, UnsafeMutablePointer<Bool>) -> Int32
  let propertyText: @convention(c) (Object, Text, UInt64) -> Int32
  let clearErrors: @convention(c) () -> Int32
  let cell: @convention(c) (Object) -> Object?
  let cellShape: @convention(c) (Object, UnsafeMutablePointer<Int32>) -> Int32
  let cellMatrix: @convention(c) (Object, Numbers) -> Int32
  let atom: @convention(c) (Object, UInt64) -> Object?
  let atomName: @convention(c) (Object, Text, UInt64) -> Int32
  let atomType: @convention(c) (Object, Text, UInt64) -> Int32
  let atomMass: @convention(c) (Object, Numbers) -> Int32
  let atomCharge: @convention(c) (Object, Numbers) -> Int32
  let topology: @convention(c) (Object) -> Object?
  let bondsCount: @convention(c) (Object, Count) -> Int32
  let bonds: @convention(c) (Object, Count, UInt64) -> Int32
  let residuesCount: @convention(c) (Object, Count) -> Int32
  let residue: @convention(c) (Object, UInt64) -> Object?
  let residueAtomsCount: @convention(c) (Object, Count) -> Int32
  let residueAtoms: @convention(c) (Object, Count, UInt64) -> Int32
  let residueName: @convention(c) (Object, Text, UInt64) -> Int32

  /// - Throws: `MacrostateError` of kind `failure` if it is another library, or of another version.
  init(_ library: LoadedLibrary) throws {
    let tellVersion: @convention(c) () -> UnsafePointer<CChar>? = try library.function("chfl_version")
    version = tellVersion().map { String(cString: $0) } ?? "unknown"
    guard version.hasPrefix("0.10.") else { throw library.unsuitable(version: version) }
    free = try library.function("chfl_free")
    lastError = try library.function("chfl_last_error")
    open = try library.function("chfl_trajectory_with_format")
    close = try library.function("chfl_trajectory_close")
    frameCount = try library.function("chfl_trajectory_nsteps")
    readStep = try library.function("chfl_trajectory_read_step")
    frame = try library.function("chfl_frame")
    positions = try library.function("chfl_frame_positions")
    velocities = try library.function("chfl_frame_velocities")
    hasVelocities = try library.function("chfl_frame_has_velocities")
    property = try library.function("chfl_frame_get_property")
    propertyKind = try library.function("chfl_property_get_kind")
    propertyNumber = try library.function("chfl_property_get_double")
    propertyFlag = try library.function("chfl_property_get_bool")
    propertyText = try library.function("chfl_property_get_string")
    clearErrors = try library.function("chfl_clear_errors")
    cell = try library.function("chfl_cell_from_frame")
    cellShape = try library.function("chfl_cell_shape")
    cellMatrix = try library.function("chfl_cell_matrix")
    atom = try library.function("chfl_atom_from_frame")
    atomName = try library.function("chfl_atom_name")
    atomType = try library.function("chfl_atom_type")
    atomMass = try library.function("chfl_atom_mass")
    atomCharge = try library.function("chfl_atom_charge")
    topology = try library.function("chfl_topology_from_frame")
    bondsCount = try library.function("chfl_topology_bonds_count")
    bonds = try library.function("chfl_topology_bonds")
    residuesCount = try library.function("chfl_topology_residues_count")
    residue = try library.function("chfl_residue_from_topology")
    residueAtomsCount = try library.function("chfl_residue_atoms_count")
    residueAtoms = try library.function("chfl_residue_atoms")
    residueName = try library.function("chfl_residue_name")
  }

  /// - Throws: `MacrostateError` of kind `badData` with what chemfiles says, for a status that is not 0.
  func check(_ status: Int32) throws {
    guard status == 0 else { throw error }
  }

  /// An object that a function gave.
  ///
  /// - Throws: `MacrostateError` of kind `badData` with what chemfiles says, for none.
  func object(_ found: Object?) throws -> Object {
    guard let found else { throw error }
    return found
  }

  /// What chemfiles says.
  private var error: MacrostateError {
    let reason = lastError().map { String(cString: $0) } ?? ""
    return MacrostateError(.badData, "chemfiles \(version): \(reason.isEmpty ? "no reason given" : reason)")
  }

  /// What `body` fills in of a count.
  func count(_ body: (Count) -> Int32) throws -> Int {
    var count: UInt64 = 0
    try check(body(&count))
    return Int(clamping: count)
  }

  /// What `body` fills in of a text.
  func text(_ body: (Text, UInt64) -> Int32) throws -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    try check(body(&bytes, UInt64(bytes.count)))
    return String(decoding: bytes.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Numbers that chemfiles fills in.
  func numbers(_ count: Int, _ body: (Count) -> Int32) throws -> [UInt64] {
    try [UInt64](unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress, count > 0 { try check(body(start)) }
      filled = count
    }
  }
}
