import MacrostateStorage
import Microstates

/// A group of particles of an H5MD file (de Buyl et al., Comput. Phys. Commun. 185, 2014; h5md.nongnu.org).
struct H5MDLayout: HDF5Layout {
  let frameCount: Int
  let lengthUnit: String?
  let timeUnit: String?
  private(set) var notes: [String] = []
  private let group: HDF5Node
  private let position: H5MDElement
  private let axes: Int
  private let edges: H5MDElement?
  private let boundaries: [FrameBox.Boundary]?
  private let image, identity, species: H5MDElement?
  private let names: [Int: String]?
  /// What particles have beside: velocities, masses, ….
  private var columns: [(names: [String], factor: Double, element: H5MDElement)] = []

  /// The layout of a file: H5MD, or else that of MDTraj's files.
  static func of(_ root: HDF5Node, _ request: ForeignRequest) throws -> any HDF5Layout {
    if try root.node("particles") != nil { return try H5MDLayout(root, request) }
    if let arrays = try ArraysLayout.mdtraj(root) { return arrays }
    throw MacrostateError(
      .badData,
      "not H5MD, since it has no group /particles; name its arrays: --format hdf5,positions=/PATH,times=/PATH; there are: "
        + (try root.arrays().prefix(20).joined(separator: ", ")))
  }

  private init(_ root: HDF5Node, _ request: ForeignRequest) throws {
    group = try Self.group(root, named: request.settings["group"] ?? "")
    guard let position = try H5MDElement("position", of: group), let frameCount = position.frameCount,
      position.shape.count == 2, 1...3 ~= position.shape[1]
    else { throw group.error("its positions must be a group with an array 'value' of [frames, particles, 1 to 3]") }
    (self.position, self.frameCount, axes) = (position, frameCount, position.shape[1])
    (lengthUnit, timeUnit) = (position.unit, position.timeUnit)
    let box = try group.node("box")
    edges = try box.flatMap { try H5MDElement("edges", of: $0) }
    boundaries = try box?.texts(ofAttribute: "boundary")?.prefix(axes).map { $0 == "periodic" ? .periodic : .open }
    image = try H5MDElement("image", of: group)
    identity = try H5MDElement("id", of: group)
    species = try H5MDElement("species", of: group)
    names = try species?.value.enumeration()
    for name in try group.names() where !["position", "image", "id", "species", "box"].contains(name) {
      guard let element = try? H5MDElement(name, of: group), element.shape.first == position.shape[0],
        element.shape.count <= 2
      else { continue }
      try addColumns(name, element)
    }
  }

  /// The group of particles that is wanted: the only one that has positions where none is named.
  private static func group(_ root: HDF5Node, named wanted: String) throws -> HDF5Node {
    guard let particles = try root.node("particles") else { throw root.error("no group 'particles'") }
    let found = try particles.names().filter { try particles.node($0)?.node("position") != nil }
    let list = found.joined(separator: ", ")
    if !wanted.isEmpty {
      guard found.contains(wanted), let group = try particles.node(wanted) else {
        throw MacrostateError(.usage, "no particles '\(wanted)' with positions; there are: \(list)")
      }
      return group
    }
    guard let first = found.first, let group = try particles.node(first) else {
      throw particles.error("no particles with positions")
    }
    guard found.count == 1 else {
      throw MacrostateError(
        .usage, "\(found.count) groups of particles; choose one by --format h5md,group=NAME; there are: \(list)")
    }
    return group
  }

  private mutating func addColumns(_ name: String, _ element: H5MDElement) throws {
    let width = element.shape.count == 2 ? element.shape[1] : 1
    guard 1...16 ~= width else { return }
    guard name == "velocity" else {
      let names = element.shape.count == 1 ? [name] : (1...width).map { "\(name)[\($0)]" }
      columns.append((names, 1, element))
      return
    }
    guard width == axes else { return }
    guard let factor = velocityFactor(element.unit) else {
      notes.append(
        "velocities are in \(element.unit ?? ""), which does not fit the units of positions, and are left out")
      return
    }
    columns.append((Array(FeatureName.velocities.prefix(axes)), factor, element))
  }

  /// The factor by which velocities get the units of positions and times; nil where units do not fit. H5MD writes a unit
  /// as its parts with powers: `nm ps-1`.
  private func velocityFactor(_ unit: String?) -> Double? {
    guard let unit, let lengthUnit else { return 1 }
    let parts = unit.split(whereSeparator: { $0 == " " || $0 == "/" }).map(String.init)
    guard parts.count == 2, let length = MeasuringUnit.known(parts[0], .length),
      let own = MeasuringUnit.known(lengthUnit, .length)
    else { return unit == lengthUnit ? 1 : nil }
    let name = parts[1].hasSuffix("-1") ? String(parts[1].dropLast(2)) : parts[1]
    guard let time = MeasuringUnit.known(name, .time) else { return nil }
    let wanted = MeasuringUnit.known(timeUnit, .time) ?? time
    return length.factor(to: own) / time.factor(to: wanted)
  }

  func frame(_ number: Int, _ request: ForeignRequest) throws -> ForeignFrameContent {
    let count = position.shape[0]
    var result = ForeignFrameContent(ForeignFrame(number: number, count: count, axes: axes))
    result.frame.step = try position.step(number)
    result.frame.time = try position.time(number)
    result.add(try position.table(number, width: axes), .positions)
    if let edges {
      guard let frame = try edges.frame(for: number, of: position) else {
        throw edges.value.error("frame \(number): no box for its step")
      }
      let numbers = try edges.table(frame, width: 1).column(0).values
      result.frame.box = try box(numbers, axes: axes, boundaries: boundaries, edges.value)
    }
    if let table = try numbers(image, number, width: axes), request.columns.contains(ForeignParticleFile.imagesColumn) {
      result.add(table, .images)
    }
    if let table = try numbers(identity, number, width: 1) { result.add(table, .ids) }
    if let table = try numbers(species, number, width: 1) { addSpecies(table.column(0).values, &result) }
    for column in columns {
      guard let frame = try column.element.frame(for: number, of: position) else { continue }
      result.frame.columnNames += column.names
      guard column.names.contains(where: request.columns.contains) else { continue }
      let table = try column.element.table(frame, width: column.names.count)
      result.add(table.multiplied(by: column.factor), .columns, column.names)
    }
    return result
  }

  /// What an element has in a frame; nil where it has nothing of the right number.
  private func numbers(_ element: H5MDElement?, _ number: Int, width: Int) throws -> ParticleTable? {
    guard let element, element.shape == (width == 1 ? [position.shape[0]] : [position.shape[0], width]),
      let frame = try element.frame(for: number, of: position)
    else { return nil }
    return try element.table(frame, width: width)
  }

  /// Species by the names of their numbers, in the order of the numbers.
  private func addSpecies(_ values: [Double], _ result: inout ForeignFrameContent) {
    let known = Set(values).sorted()
    let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, Float($0)) })
    let texts = known.map { value in
      Int(exactly: value).map { names?[$0] ?? "\($0)" } ?? "\(value)"
    }
    result.add(ParticleTable(values.map { places[$0] ?? 0 }, width: 1), .label(.type), texts)
  }
}

extension ParticleTable {
  /// The table with all numbers multiplied.
  fileprivate func multiplied(by factor: Double) -> ParticleTable {
    if factor == 1 { return self }
    return switch numbers {
    case .doubles(let numbers): ParticleTable(numbers.map { $0 * factor }, width: width)
    case .singles(let numbers): ParticleTable(numbers.map { Float(Double($0) * factor) }, width: width)
    }
  }
}
