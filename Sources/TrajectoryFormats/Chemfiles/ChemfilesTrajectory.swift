import Foundation
import MacrostateStorage
import Microstates

/// The frames of a file that chemfiles reads, in the process that does so: lengths in Å, times in ps.
final class ChemfilesTrajectory: ForeignSource {
  private let library: ChemfilesLibrary
  private let request: ForeignRequest
  private let format: ChemfilesKind?
  private let trajectory: ChemfilesLibrary.Object?
  private let frame: ChemfilesLibrary.Object
  private var number: Int
  let greeting: ForeignGreeting
  private var labels: [ParticleLabel: [String]] = [:]
  /// The box of the first model of a PDB file, which later ones have, too.
  private var sharedBox: ForeignFrame.Box?

  init(_ loaded: LoadedLibrary, _ request: ForeignRequest) throws {
    library = try ChemfilesLibrary(loaded)
    self.request = request
    format = ChemfilesKind(rawValue: request.format)
    number = request.first
    frame = try library.object(library.frame())
    var greeting = ForeignGreeting(version: library.version, lengthUnit: "Å", timeUnit: "ps")
    guard let file = request.file else {
      (trajectory, self.greeting) = (nil, greeting)
      return
    }
    let trajectory = try library.object(library.open(file, CChar(UInt8(ascii: "r")), request.format))
    self.trajectory = trajectory
    greeting.frameCount = try library.count { [library] in library.frameCount(trajectory, $0) }
    self.greeting = greeting
    if format?.base == .pdb, number > 0, greeting.frameCount ?? 0 > 0 {
      try library.check(library.readStep(trajectory, 0, frame))
      sharedBox = try box()
    }
  }

  func next() throws -> ForeignFrameContent? {
    while let trajectory, number < greeting.frameCount ?? 0 {
      // Not chfl_trajectory_read: after a frame that was asked for by number it gives that of some formats once more.
      try library.check(library.readStep(trajectory, UInt64(number), frame))
      number += 1
      // TRR files have frames of velocities alone.
      if try flag("has_positions") ?? true { return try current() }
    }
    return nil
  }

  private func current() throws -> ForeignFrameContent {
    var start: ChemfilesLibrary.Numbers?
    let count = try library.count { library.positions(frame, &start, $0) }
    var result = ForeignFrameContent(ForeignFrame(number: number - 1, count: count))
    result.add(table(start, count, isSingle: format?.isSingle ?? false), .positions)
    result.frame.time = try property("time") { try number($0) }
    result.frame.title = try property("name") { try text($0) }
    if sharedBox == nil || format?.base != .pdb { sharedBox = try box() }
    result.frame.box = sharedBox
    if let velocities = try velocities(count) {
      result.frame.columnNames += FeatureName.velocities
      if request.columns.contains(where: FeatureName.velocities.contains) {
        result.add(velocities, .columns, FeatureName.velocities)
      }
    }
    if format?.hasAtoms ?? true { try addAtoms(count, &result) }
    return result
  }

  private func table(_ start: ChemfilesLibrary.Numbers?, _ count: Int, isSingle: Bool) -> ParticleTable {
    let numbers = UnsafeBufferPointer(start: start, count: start == nil ? 0 : 3 * count)
    return isSingle ? ParticleTable(numbers.map { Float($0) }, width: 3) : ParticleTable(Array(numbers), width: 3)
  }

  /// The velocities; nil for none. GRO files without any have zeros here.
  private func velocities(_ count: Int) throws -> ParticleTable? {
    var isThere = false
    try library.check(library.hasVelocities(frame, &isThere))
    guard isThere else { return nil }
    var start: ChemfilesLibrary.Numbers?
    let found = try library.count { library.velocities(frame, &start, $0) }
    guard found == count else { return nil }
    if format?.base == .gro, UnsafeBufferPointer(start: start, count: 3 * count).allSatisfy({ $0 == 0 }) { return nil }
    return table(start, count, isSingle: format?.isSingle ?? false)
  }

  /// The box; nil for none, which a PDB file says by edges of 1 Å.
  private func box() throws -> ForeignFrame.Box? {
    let cell = try library.object(library.cell(frame))
    defer { library.free(cell) }
    var shape: Int32 = 0
    try library.check(library.cellShape(cell, &shape))
    let infinite: Int32 = 2
    guard shape != infinite else { return nil }
    var matrix = [Double](repeating: 0, count: 9)
    try library.check(library.cellMatrix(cell, &matrix))
    guard matrix.contains(where: { $0 != 0 }) else { return nil }
    // Edges are columns there; at right angles they have parts like 1e-15, which are no tilt.
    let longest = matrix.reduce(0) { max($0, abs($1)) }
    let edges = (0..<3).map { i in
      (0..<3).map { axis in
        let part = matrix[3 * axis + i]
        return abs(part) < 1e-12 * longest ? 0 : part
      }
    }
    if format?.base == .pdb, edges == [[1, 0, 0], [0, 1, 0], [0, 0, 1]] { return nil }
    return ForeignFrame.Box(
      origin: [0, 0, 0], edges: edges, boundaries: Array(repeating: .periodic, count: 3))
  }

  // MARK: Properties

  private func property<Value>(_ name: String, _ body: (ChemfilesLibrary.Object) throws -> Value?) throws -> Value? {
    guard let found = library.property(frame, name) else {
      _ = library.clearErrors()
      return nil
    }
    defer { library.free(found) }
    return try body(found)
  }

  /// The kinds of properties in C: flags, numbers, texts.
  private func kind(of property: ChemfilesLibrary.Object) throws -> Int32 {
    var kind: Int32 = -1
    try library.check(library.propertyKind(property, &kind))
    return kind
  }

  private func flag(_ name: String) throws -> Bool? {
    try property(name) {
      var value = true
      guard try kind(of: $0) == 0 else { return nil }
      try library.check(library.propertyFlag($0, &value))
      return value
    }
  }

  private func number(_ property: ChemfilesLibrary.Object) throws -> Double? {
    guard try kind(of: property) == 1 else { return nil }
    var value = 0.0
    try library.check(library.propertyNumber(property, &value))
    return value
  }

  private func text(_ property: ChemfilesLibrary.Object) throws -> String? {
    guard try kind(of: property) == 2 else { return nil }
    return try library.text { library.propertyText(property, $0, $1) }
  }

  // MARK: Atoms

  private func addAtoms(_ count: Int, _ result: inout ForeignFrameContent) throws {
    let atoms = try ChemfilesAtoms(library, frame, count)
    let found = atoms.labels(isElementTheType: format?.isElementTheType ?? false)
    let names = found.mapValues { $0.names + $0.numbers.map { "\($0)" } }
    result.frame.keepsLabels = names == labels
    if !result.frame.keepsLabels {
      labels = names
      for (label, values) in found { result.add(ParticleTable(values.numbers, width: 1), .label(label), values.names) }
    }
    for (name, values) in atoms.columns {
      result.frame.columnNames.append(name)
      if request.columns.contains(name) { result.add(ParticleTable(values, width: 1), .columns, [name]) }
    }
  }
}
