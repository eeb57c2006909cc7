import MacrostateCompute
import Testing

@Suite struct RandomStreamTests {
  private func words(_ count: Int, _ stream: RandomStream) -> [UInt32] {
    var stream = stream
    return (0..<count).map { _ in stream.nextWord() }
  }

  @Test func theNameDecidesTheNumbers() {
    let name = RandomStream(seed: 1, purpose: .minibatch, step: 2, set: 3)
    let same = RandomStream(seed: 1, purpose: .minibatch, step: 2, set: 3)
    #expect(words(200, name) == words(200, same))
    let others = [
      RandomStream(seed: 2, purpose: .minibatch, step: 2, set: 3),
      RandomStream(seed: 1 << 32 | 1, purpose: .minibatch, step: 2, set: 3),
      RandomStream(seed: 1, purpose: .validation, step: 2, set: 3),
      RandomStream(seed: 1, purpose: .minibatch, step: 3, set: 2),
      RandomStream(seed: 1, purpose: .minibatch, step: 2, set: 4),
      RandomStream(seed: 1, purpose: .minibatch),
    ]
    var all = Set(words(200, name))
    for other in others { all.formUnion(words(200, other)) }
    // Of 1400 random words, one in 4400 such sets would hold a repeated one; a shared stream repeats 200.
    #expect(all.count > 1390)
  }

  @Test func purposesDiffer() {
    let first = RandomPurpose.allCases.map { words(1, RandomStream(seed: 0, purpose: $0))[0] }
    #expect(Set(first).count == RandomPurpose.allCases.count)
  }

  @Test func copiesGoOnAlike() {
    var stream = RandomStream(seed: 9, purpose: .shuffle)
    _ = (0..<70).map { _ in stream.nextWord() }
    #expect(words(100, stream) == words(100, stream))
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 63, 64, 65, 130])
  func fillingGivesTheWordsOfTheStream(count: Int) {
    let expected = words(200, RandomStream(seed: 4, purpose: .dynamicsNoise, step: 1))
    var stream = RandomStream(seed: 4, purpose: .dynamicsNoise, step: 1)
    var filled = [UInt32](repeating: 0, count: count)
    filled.withUnsafeMutableBufferPointer { stream.fill(words: $0) }
    #expect(filled == Array(expected[..<count]))
    // What was left of the last block of four is skipped.
    #expect(stream.nextWord() == expected[(count + 3) / 4 * 4])
  }

  /// Taking single words first leaves a partly used buffer, which filling must neither repeat nor run into.
  @Test func fillingAfterSingleWordsRepeatsNothing() {
    var stream = RandomStream(seed: 5, purpose: .minibatch)
    var seen = [stream.nextWord(), stream.nextWord()]
    var filled = [UInt32](repeating: 0, count: 101)
    filled.withUnsafeMutableBufferPointer { stream.fill(words: $0) }
    seen += filled
    seen += (0..<100).map { _ in stream.nextWord() }
    #expect(Set(seen).count == seen.count)
  }

  /// Single words are made 64 at a time; filling goes on behind them, and single words behind what was filled.
  @Test func fillingSkipsWhatIsLeftOfABlock() {
    let expected = words(200, RandomStream(seed: 5, purpose: .minibatch))
    var stream = RandomStream(seed: 5, purpose: .minibatch)
    #expect(stream.nextWord() == expected[0])
    var filled = [UInt32](repeating: 0, count: 8)
    filled.withUnsafeMutableBufferPointer { stream.fill(words: $0) }
    #expect(filled == Array(expected[64..<72]))
    #expect(stream.nextWord() == expected[72])
  }

  @Test(arguments: [0, 1, 2, 3, 5, 17, 31, 33, 127])
  func oddNumbersOfNormalsBeginLikeEvenOnes(count: Int) {
    var short = RandomStream(seed: 6, purpose: .dynamicsNoise)
    var long = RandomStream(seed: 6, purpose: .dynamicsNoise)
    let expected = long.normals(128)
    let normals = short.normals(count)
    #expect(normals.count == count)
    for (a, b) in zip(normals, expected) { #expect(a == b) }
  }

  @Test func momentsOfNormals() {
    var stream = RandomStream(seed: 7, purpose: .dynamicsNoise)
    let count = 400_000
    let x = stream.normals(count).map(Double.init)
    let n = Double(count)
    func moment(_ power: Int) -> Double { x.reduce(0.0) { $0 + pow($1, power) } / n }
    // Standard errors: √(E x²ᵖ − (E xᵖ)²)/√n.
    #expect(abs(moment(1)) < 4 * (1 / n).squareRoot())
    #expect(abs(moment(2) - 1) < 4 * (2 / n).squareRoot())
    #expect(abs(moment(3)) < 4 * (15 / n).squareRoot())
    #expect(abs(moment(4) - 3) < 4 * (96 / n).squareRoot())
    // Neighbours (the two of a Box–Muller pair, and of different pairs) are uncorrelated.
    for lag in [1, 2] {
      let products = zip(x, x.dropFirst(lag)).reduce(0.0) { $0 + $1.0 * $1.1 }
      #expect(abs(products / n) < 4 * (1 / n).squareRoot())
    }
    let beyondTwo = Double(x.count { abs($0) > 2 }) / n
    #expect(abs(beyondTwo - 0.0455) < 4 * (0.0455 / n).squareRoot())
  }

  @Test(arguments: [1, 2, 7, 10, 1000])
  func numbersBelowABoundAreUniform(bound: Int) {
    var stream = RandomStream(seed: 8, purpose: .minibatch)
    let draws = 100_000
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<draws { counts[stream.next(below: bound)] += 1 }
    // χ² of bound − 1 degrees of freedom.
    let expected = Double(draws) / Double(bound)
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let degrees = Double(bound - 1)
    #expect(abs(chiSquare - degrees) <= 5 * (2 * degrees).squareRoot())
  }

  @Test func uniformNumbers() {
    var stream = RandomStream(seed: 10, purpose: .shuffle)
    let n = 100_000
    let floats = (0..<n).map { _ in Double(stream.nextUniform()) }
    let doubles = (0..<n).map { _ in stream.nextDouble() }
    for values in [floats, doubles] {
      #expect(values.allSatisfy { (0..<1).contains($0) })
      let mean = values.reduce(0, +) / Double(n)
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(n)
      #expect(abs(mean - 0.5) < 4 * (1 / 12 / Double(n)).squareRoot())
      #expect(abs(square - 1 / 3) < 4 * (4 / 45 / Double(n)).squareRoot())
    }
    // More bits than a float has.
    #expect(doubles.contains { Double(Float($0)) != $0 })
  }
}

private func pow(_ x: Double, _ power: Int) -> Double { (0..<power).reduce(1.0) { product, _ in product * x } }
