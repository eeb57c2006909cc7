import Foundation
import MacrostateAutodiff

/// The encoding of one set in parts, without gradients: a pass over all points for each ISAB and one for the pooling.
///
/// Between parts only summaries are held: what each finished block's inducing points gathered, `[m, width]`, and the
/// sums of the running one. Parts are put together as softmax over all points demands: with weights in proportion to
/// their Σ exp. Memory is that of one part, whatever n; the points are read blocks + 1 times.
///
///     var pass = SetTransformerPass(encoder)
///     while true {
///       for part in parts { tape.reset(); pass.add(tape, tape.input(part, …)) }
///       tape.reset()
///       if let closure = pass.finish(tape) { return closure }
///     }
public struct SetTransformerPass {
  private let encoder: SetTransformer
  /// The gathered values of the finished blocks' inducing points, `[m, width]` each.
  private var summaries: [[Float]] = []
  /// Σ over parts so far of Σ exp · mean, and log Σ exp, for each slot.
  private var means: [Double] = []
  private var logSums: [Double] = []

  /// The first pass of an encoding.
  public init(_ encoder: SetTransformer) {
    self.encoder = encoder
    clear()
  }

  /// Adds a part of the points, `[rows, inputs]`, to this pass; on a tape that was just reset.
  public mutating func add(_ tape: Tape, _ points: Tensor) {
    let counts = [points.rows]
    var features = encoder.embedding(tape, points)
    for (block, summary) in zip(encoder.blocks, summaries) {
      let few = summary.withUnsafeBufferPointer {
        tape.copyPadded($0, rows: block.spread.form.slots, columns: block.spread.width)
      }
      features = block.spread.spread(tape, points: features, few: few, counts: counts)
    }
    let queries = gather.pointQueries(tape, tape.parameter(few))
    let pooled = tape.attentionPool(features, counts: counts, queries: queries, gather.form)
    merge(tape.array(pooled.values), tape.array(pooled.logSums))
  }

  /// Ends a pass, on a tape that was just reset.
  ///
  /// - Returns: ẑ `[outputs]` after the last pass; nil where another one over all points must follow.
  public mutating func finish(_ tape: Tape) -> [Float]? {
    let pooled = means.map(Float.init).withUnsafeBufferPointer {
      tape.copyPadded($0, rows: gather.form.count, columns: gather.width)
    }
    let gathered = gather.gathered(tape, few: tape.parameter(few), pooled: pooled)
    guard summaries.count < encoder.blocks.count else {
      return tape.array(encoder.closureVariables(tape, gathered))
    }
    summaries.append(tape.array(gathered))
    clear()
    return nil
  }

  private var gather: AttentionBlock {
    summaries.count < encoder.blocks.count ? encoder.blocks[summaries.count].gather : encoder.pooling
  }

  private var few: Weight {
    summaries.count < encoder.blocks.count ? encoder.blocks[summaries.count].inducingPoints : encoder.seed
  }

  private mutating func clear() {
    means = Array(repeating: 0, count: gather.form.count * gather.width)
    logSums = Array(repeating: -.infinity, count: gather.form.count)
  }

  /// The means over all points so far from those over the points before and those over a part.
  private mutating func merge(_ values: [Float], _ partSums: [Float]) {
    let width = gather.width
    for slot in logSums.indices {
      let part = Double(partSums[slot])
      let most = max(logSums[slot], part)
      let sum = most + log(exp(logSums[slot] - most) + exp(part - most))
      let (before, share) = (exp(logSums[slot] - sum), exp(part - sum))
      for j in slot * width..<(slot + 1) * width { means[j] = before * means[j] + share * Double(values[j]) }
      logSums[slot] = sum
    }
  }
}
