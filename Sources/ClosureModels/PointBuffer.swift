import MacrostateCompute

/// The scaled points of the sets that a lane works on, in rows of the first `columns` columns (positions, then features).
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
  /// The rows; a few floats stand behind the last, for kernels that read whole vectors.
  private(set) var values: [Float] = []
  /// The weights of the rows, which add up to 1 in every set; nil for equal ones.
  private(set) var weights: [Float]?
  private let source: any PointSetSource
  private let scaling: PointScaling

  init(_ source: any PointSetSource, scaling: PointScaling, columns: Int) {
    self.source = source
    self.scaling = scaling
    self.columns = columns
  }

  /// Loads whole sets, one behind the other.
  mutating func load(_ members: [SetMember], counts: [Int], order: Order) {
    reserve(counts.reduce(0, +))
    weights = nil
    var begin = 0
    for (member, count) in zip(members, counts) {
      scale(member.set, 0..<count, to: begin)
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
    scale(set, part, to: 0)
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

  /// Writes the scaled points `range` of a set to the rows from `row` on.
  private mutating func scale(_ set: Int, _ range: Range<Int>, to row: Int) {
    let d = source.dimension
    let c = source.featureCount
    let (source, columns, shift, factor) = (source, columns, scaling.shift, scaling.factor)
    values.withUnsafeMutableBufferPointer { values in
      source.withPoints(ofSet: set) { positions, features in
        for j in 0..<columns {
          let (from, width, column) = j < d ? (positions, d, j) : (features, c, j - d)
          let (s, f) = (shift[j], factor[j])
          for (i, point) in range.enumerated() {
            values[(row + i) * columns + j] = (from[point * width + column] - s) * f
          }
        }
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
