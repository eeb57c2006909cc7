import MacrostateStorage

/// What makes the species of particles: their types, names or elements, or nothing.
struct ParticleSpecies: Sendable {
  /// The label that tells the species apart; `nil` where all particles are of one.
  let label: ParticleLabel?
  /// What messages call the label: the column of the file.
  let column: String?
  /// Whether the label is the numbers 1 … S themselves.
  let isNumbered: Bool
  /// The names of the S species: of the types 1 … S, or in the order of the species.
  let names: [String]
  /// The species of a name that the file has.
  private let numbers: [String: Int]

  /// The species of files.
  ///
  /// - Parameters:
  ///   - label: what tells them apart.
  ///   - known: the species' own names, sorted where the file does not number them.
  ///   - given: the names that the user gives: of the types 1 …, or of the names of the file in their order. Where all
  ///     names of the file are among them, they are the order.
  init(label: ParticleLabel?, column: String?, isNumbered: Bool, known: [String], given: [String]?) {
    self.label = label
    self.column = column
    self.isNumbered = isNumbered
    names = given ?? known
    let isOrder = !isNumbered && known.allSatisfy(names.contains)
    numbers = Dictionary(zip(isOrder ? names : known, names.indices)) { first, _ in first }
  }

  /// More types than this are hardly species.
  static let maximumCount = 32

  /// The species of each row; `nil` where there is but one, without a label.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the particle.
  func species(of rows: ParticleRows) throws -> [UInt8]? {
    guard let label else {
      guard let found = rows.frame.speciesLabel(nil) else {
        guard names.count == 1 else { throw otherColumn(rows) }
        return nil
      }
      throw otherColumn(rows, found: found)
    }
    guard let labels = rows.frame.labels[label] else { throw otherColumn(rows) }
    return try labels.names.map { try named(rows, labels, $0) } ?? types(of: rows, labels)
  }

  private func types(of rows: ParticleRows, _ labels: ParticleLabels) throws -> [UInt8] {
    try labels.numbers.values.enumerated().map { row, value in
      guard let type = Int(exactly: value), (1...names.count).contains(type) else {
        throw rows.error(
          row: row,
          "its type is \(ParticleRows.text(value)), and the species are "
            + "\(names.joined(separator: ", ")) for the types 1 to \(names.count); name all: --species A,B,…")
      }
      return UInt8(type - 1)
    }
  }

  private func named(_ rows: ParticleRows, _ labels: ParticleLabels, _ labelNames: [String]) throws -> [UInt8] {
    let numberOfName = labelNames.map { numbers[$0].map(UInt8.init) }
    return try labels.numbers.values.enumerated().map { row, value in
      guard let number = numberOfName[Int(value)] else {
        let known = numbers.keys.sorted().joined(separator: ",")
        throw rows.error(
          row: row,
          "its \(column ?? "") is \(labelNames[Int(value)]), and the species of the first frames are \(known); name all: "
            + "--species \(known),\(labelNames[Int(value)])")
      }
      return number
    }
  }

  private func otherColumn(_ rows: ParticleRows, found: ParticleLabel? = nil) -> MacrostateError {
    let what =
      found.map { "a column '\(rows.frame.labels[$0]?.column ?? $0.rawValue)', which the first frame has not" }
      ?? "no column '\(column ?? "type")' for the species \(names.joined(separator: ", "))"
    return rows.frame.place.errorInHeader(
      "\(what); dump the same columns in all frames: dump 1 all custom 100 name.dump id type x y z")
  }
}

extension ParticleFrame {
  /// The label that makes the species: the one asked for, else the first that is there, of those that tell kinds apart.
  func speciesLabel(_ asked: ParticleLabel?) -> ParticleLabel? {
    if let asked { return labels[asked] == nil ? nil : asked }
    return [.type, .name, .element].first { labels[$0] != nil }
  }
}
