import MacrostateStorage
import Microstates

/// What is made of positions that were wrapped into a periodic box.
public enum ParticleWholeness: String, Sendable {
  /// They stay wrapped.
  case wrapped
  /// Molecules are made whole, by image flags or by bonds; space is then open, unless molecules become points.
  case whole
  /// Positions are those of the image that the particle has gone to, by image flags; space is then open.
  case unwrapped
}

/// What a point of the data set is.
public enum ParticleUnit: String, CaseIterable, Sendable {
  /// A particle of the file.
  case atom
  /// The centre of mass of a molecule.
  case molecule
}

/// What is done with the particles of a frame before anything else is made of them: a topology says what the file does not,
/// molecules are made whole, particles are chosen, and molecules become points.
package struct ParticlePreparation: Sendable {
  /// What the file does not say of its particles.
  var topology: Topology?
  /// The conditions that particles must meet.
  var selection: [ParticleSelection] = []
  var wholeness = ParticleWholeness.wrapped
  var unit = ParticleUnit.atom

  /// What a file is asked for so that this can be done.
  func request(_ request: ParticleRequest) -> ParticleRequest {
    var request = request
    if wholeness != .wrapped {
      request.wantsImages = true
      request.axes = nil
    }
    request.wantsUnwrapped = wholeness == .unwrapped
    request.wantsAllLabels = request.wantsAllLabels || !selection.isEmpty
    let needsMolecules = unit == .molecule || selection.contains { $0.key == .molecule }
    if needsMolecules { request.columns += [FeatureName.molecule, FeatureName.mass] }
    return request
  }

  /// What decides which numbers are read.
  var settings: [String: StoredSetting] {
    var settings: [String: StoredSetting] = [:]
    if !selection.isEmpty { settings["selection"] = .text(selection.map(\.text).joined(separator: " and ")) }
    if wholeness != .wrapped { settings["positions"] = .text(wholeness.rawValue) }
    if unit != .atom { settings["particles"] = .text("\(unit.rawValue)s") }
    return settings
  }

  /// The frame after all that.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where something that is needed is missing in it.
  func callAsFunction(_ frame: ParticleFrame, notes: ReadingNotes) throws -> ParticleFrame {
    var frame = frame
    if let topology { try topology.describe(&frame) }
    if wholeness != .wrapped {
      frame.positions = try wholePositions(frame)
      frame.coordinates = Array(repeating: .absolute, count: frame.coordinates.count)
      if unit == .atom { frame.box = nil }
    }
    if !selection.isEmpty { try select(&frame) }
    if unit == .molecule, frame.count > 0 { frame = try MoleculeCentres(frame, self, notes).frame }
    return frame
  }

  private func wholePositions(_ frame: ParticleFrame) throws -> ParticleTable {
    let images = PeriodicTranslations(frame)
    if frame.isUnwrapped { return images?.asWritten ?? frame.positions }
    if let flags = frame.images, let images { return images.unwrapped(by: flags) }
    guard wholeness == .whole, let bonds = topology?.bonds, !bonds.isEmpty else {
      let remedy =
        wholeness == .whole
        ? "no image flags, and no topology with bonds, to make molecules whole by; give --topology (or, of LAMMPS, dump ix iy iz)"
        : "no image flags to unwrap by; --whole joins molecules by bonds (LAMMPS can dump ix iy iz, or xu yu zu)"
      throw frame.place.errorInHeader(remedy)
    }
    guard let images else { return frame.positions }
    return images.whole(along: bonds)
  }

  private func select(_ frame: inout ParticleFrame) throws {
    var isWanted = [Bool](repeating: true, count: frame.count)
    for condition in selection {
      for (row, matches) in try condition.matches(frame).enumerated() where !matches { isWanted[row] = false }
    }
    let rows = isWanted.indices.filter { isWanted[$0] }
    guard rows.count < frame.count else { return }
    frame = frame.keeping(rows)
  }
}

/// A file whose frames are prepared.
final class PreparedFile: ParticleFile {
  private let file: any ParticleFile
  private let preparation: ParticlePreparation
  private let readingNotes: ReadingNotes

  init(_ file: any ParticleFile, _ preparation: ParticlePreparation, _ notes: ReadingNotes) {
    (self.file, self.preparation, readingNotes) = (file, preparation, notes)
  }

  func next() throws -> ParticleFrame? { try file.next().map { try preparation($0, notes: readingNotes) } }
  var columnNames: [String] { file.columnNames }
  var mark: FrameMark { file.mark }
  var frameCount: Int? { file.frameCount }
  var notes: [String] { file.notes }
  var timeProblem: String? { file.timeProblem }
}

extension ParticleFrame {
  /// The frame with the particles of `rows` alone.
  func keeping(_ rows: [Int]) -> ParticleFrame {
    var kept = self
    kept.count = rows.count
    kept.positions = positions.keeping(rows, first: coordinates.count)
    kept.ids = ids?.keeping(rows)
    kept.images = images?.map { $0.keeping(rows) }
    kept.columns = columns.mapValues { $0.keeping(rows) }
    kept.labels = labels.mapValues {
      ParticleLabels(numbers: $0.numbers.keeping(rows), names: $0.names, column: $0.column)
    }
    kept.place.rows = place.rows.map { known in rows.map { known[$0] } } ?? rows
    return kept
  }
}

extension ParticleColumn {
  /// The numbers of `rows`.
  fileprivate func keeping(_ rows: [Int]) -> ParticleColumn { ParticleColumn(rows.map { self[$0] }) }
}

extension ParticleTable {
  /// The `first` columns of `rows`.
  fileprivate func keeping(_ rows: [Int], first: Int) -> ParticleTable {
    switch numbers {
    case .doubles(let values):
      ParticleTable(rows.flatMap { values[($0 * width)..<($0 * width + first)] }, width: first)
    case .singles(let values):
      ParticleTable(rows.flatMap { values[($0 * width)..<($0 * width + first)] }, width: first)
    }
  }
}
