import MacrostateCompute

/// The points of the sets that a lane works on, in rows of their columns.
struct PointBuffer {
  /// The order in which a set's points are put.
  enum Order {
    /// As they are in the data.
    case stored
    /// Lexicographic: the same points in another order give the same bits.
    case sorted
    /// At random, anew for each draw.
    case permuted(RandomDraw)
  }

  /// Columns of a row.
  let columns: Int
  private let layout: PointColumns
  /// The rows; a few floats stand behind the last, for kernels that read whole vectors.
  private(set) var values: [Float] = []
  /// The weights of the rows, which add up to 1 in every set; nil for equal ones.
  private(set) var weights: [Float]?
  private let source: any PointSetSource

  init(_ source: any PointSetSource, _ layout: PointColumns) {
    self.source = source
    self.layout = layout
    columns = layout.count
  }

  /// Loads whole sets, one behind the other.
  mutating func load(_ members: [SetMember], counts: [Int], order: Order) {
    reserve(counts.reduce(0, +))
    weights = nil
    var begin = 0
    for (member, count) in zip(members, counts) {
      write(member.set, 0..<count, to: begin)
      addWeights(member.set, 0..<count)
      switch order {
      case .stored: break
      case .sorted: sort(begin..<begin + count)
      case .permuted(let draw):
        var random = draw.stream(.permutation, member)
        permute(begin..<begin + count, &random)
      }
      begin += count
    }
  }

  /// Loads a part of a set in the data's order.
  mutating func load(_ set: Int, part: Range<Int>) {
    reserve(part.count)
    weights = nil
    write(set, part, to: 0)
    addWeights(set, part)
  }

  private mutating func reserve(_ rows: Int) {
    let count = rows * columns + 16
    if values.count < count { values = Array(repeating: 0, count: count) }
  }

  private mutating func addWeights(_ set: Int, _ part: Range<Int>) {
    guard let own = source.weights(ofSet: set) else { return }
    let sum = own.reduce(0.0) { $0 + Double($1) }
    weights = (weights ?? []) + part.map { Float(Double(own[$0]) / sum) }
  }

  /// Writes the points `range` of a set to the rows from `row` on.
  private mutating func write(_ set: Int, _ range: Range<Int>, to row: Int) {
    let (source, columns, layout) = (source, columns, layout)
    values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      source.withPoints(ofSet: set) { positions, features in
        layout.write(
          range, positions: positions, features: features, cell: source.cell(ofSet: set), to: base + row * columns)
      }
    }
  }

  private mutating func sort(_ range: Range<Int>) {
    let columns = columns
    let copy = Array(values[range.lowerBound * columns..<range.upperBound * columns])
    arrange(
      range, copy,
      order: (0..<range.count).sorted { a, b in
        for j in 0..<columns where copy[a * columns + j] != copy[b * columns + j] {
          return copy[a * columns + j] < copy[b * columns + j]
        }
        return false
      })
  }

  private mutating func permute(_ range: Range<Int>, _ random: inout RandomStream) {
    let copy = Array(values[range.lowerBound * columns..<range.upperBound * columns])
    arrange(range, copy, order: random.permutation(of: range.count))
  }

  private mutating func arrange(_ range: Range<Int>, _ copy: [Float], order: [Int]) {
    let begin = range.lowerBound * columns
    for (to, from) in order.enumerated() {
      for j in 0..<columns { values[begin + to * columns + j] = copy[from * columns + j] }
    }
    guard let before = weights else { return }
    for (to, from) in order.enumerated() { weights?[range.lowerBound + to] = before[range.lowerBound + from] }
  }
}
