import CMacrostateKernels

/// The purpose of a stream of random numbers: streams of different purposes never share numbers.
/// Their numbers are a part of every result: those that are no longer in use (8, 14) are not given again.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
  case initialParameters = 1
  case minibatch = 2
  case densitySamples = 3
  case dynamicsMinibatch = 4
  case dynamicsNoise = 5
  case flowSamples = 6
  case validation = 7
  case shuffle = 9
  case simulation = 10
  case simulationInDistribution = 11
  case simulationOtherInitial = 12
  case simulationOtherNumber = 13
  case evaluation = 15
  case oneDimensionalSets = 16
  case permutation = 17
  case engineVariable = 18
  case densityLoss = 19
}

/// A stream of random numbers that is a pure function of its name (seed, purpose, step, set): any part of it can be
/// made on any thread, in any order, before or after a restart, with the same bits.
///
/// Philox 4×32-10 (Salmon et al., SC 2011): block `i` encrypts the counter (i, set, step, purpose) under the seed.
public struct RandomStream {
  private let seed: UInt64
  private let purpose: UInt32
  private let step: UInt32
  private let set: UInt32
  private var block: UInt32 = 0
  private var words: [UInt32] = []
  private var position = 0
  private let table: UnsafePointer<MacrostateKernelTable>

  /// The stream of `purpose` for a step and a set (or a trajectory) of it.
  public init(seed: UInt64, purpose: RandomPurpose, step: Int = 0, set: Int = 0) {
    self.seed = seed
    self.purpose = purpose.rawValue
    self.step = UInt32(truncatingIfNeeded: step)
    self.set = UInt32(truncatingIfNeeded: set)
    // The words are the same for every instruction set; normal numbers made of them agree up to rounding.
    self.table = Kernels.best.table
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if position == words.count {
      var fresh = [UInt32](repeating: 0, count: 64)
      fresh.withUnsafeMutableBufferPointer { takeBlocks($0.count / 4, into: $0) }
      words = fresh
      position = 0
    }
    defer { position += 1 }
    return words[position]
  }

  /// A whole number in 0 ..< `bound` (`bound` > 0); its bias is below `bound`/2³².
  public mutating func next(below bound: Int) -> Int {
    Int((UInt64(nextWord()) * UInt64(bound)) >> 32)
  }

  /// The numbers 0 ..< `count` in a random order (Fisher–Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, next(below: i + 1)) }
    return order
  }

  /// A number in [0, 1) with 24 random bits.
  public mutating func nextUniform() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

  /// A number in [0, 1) with 53 random bits.
  public mutating func nextDouble() -> Double {
    let high = UInt64(nextWord() >> 5)
    let low = UInt64(nextWord() >> 6)
    return Double(high << 26 | low) * 0x1p-53
  }

  /// Fills `words` with the next random bits; what is left of the current block is skipped.
  public mutating func fill(words out: UnsafeMutableBufferPointer<UInt32>) {
    position = words.count
    let whole = out.count / 4
    takeBlocks(whole, into: out)
    guard out.count > 4 * whole else { return }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { last in
      takeBlocks(1, into: last)
      for i in 4 * whole..<out.count { out[i] = last[i - 4 * whole] }
    }
  }

  /// Fills `values` with independent standard normal numbers.
  public mutating func fill(normals out: UnsafeMutableBufferPointer<Float>) {
    guard let base = out.baseAddress else { return }
    let even = out.count + out.count % 2
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: even) { bits in
      fill(words: bits)
      table.pointee.normals(out.count / 2 * 2, bits.baseAddress, base)
      guard even > out.count else { return }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2) { pair in
        table.pointee.normals(2, bits.baseAddress?.advanced(by: even - 2), pair.baseAddress)
        out[out.count - 1] = pair[0]
      }
    }
  }

  /// `count` independent standard normal numbers.
  public mutating func normals(_ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(normals: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  private mutating func takeBlocks(_ count: Int, into out: UnsafeMutableBufferPointer<UInt32>) {
    table.pointee.randomWords(seed, block, set, step, purpose, count, out.baseAddress)
    block &+= UInt32(truncatingIfNeeded: count)
  }
}

// The table is a C constant, never written.
extension RandomStream: @unchecked Sendable {}
