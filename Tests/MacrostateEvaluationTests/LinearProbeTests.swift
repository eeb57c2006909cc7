import MacrostateCompute
import MacrostateEvaluation
import Testing

@Suite struct LinearProbeTests {
  private func normals(_ count: Int, seed: UInt64) -> [Double] {
    var random = RandomStream(seed: seed, purpose: .evaluation)
    return random.normals(count + count % 2).prefix(count).map(Double.init)
  }

  private func determination(_ probe: LinearProbe, _ inputs: ProbeRows, _ targets: ProbeRows) -> [Double?] {
    probe.fits(inputs: inputs, targets: targets).map(\.determination)
  }

  /// Inputs of very different size, 3 columns.
  private func inputs(_ rows: Int, seed: UInt64) -> ProbeRows {
    let z = normals(3 * rows, seed: seed)
    return ProbeRows(columns: 3, values: z.indices.map { [1e-3, 1, 500][$0 % 3] * z[$0] + [7, 0, -100][$0 % 3] })
  }

  private func targets(_ x: ProbeRows, _ target: (ArraySlice<Double>) -> [Double]) -> ProbeRows {
    let values = (0..<x.count).flatMap { target(x.values[3 * $0..<3 * $0 + 3]) }
    return ProbeRows(columns: values.count / x.count, values: values)
  }

  @Test func linearTargetsAreReadWholly() throws {
    func linear(_ row: ArraySlice<Double>) -> [Double] {
      let x = Array(row)
      return [200 * x[0] - x[1] + 0.01 * x[2] + 3, 1e-2 * x[1], 5 - x[2]]
    }
    let (train, test) = (inputs(400, seed: 1), inputs(200, seed: 2))
    let probe = LinearProbe(inputs: train, targets: targets(train, linear))
    #expect(probe.ridge == LinearProbe.ridges[0])
    let read = determination(probe, test, targets(test, linear))
    for value in read { #expect(abs(try #require(value) - 1) < 1e-10) }
    for (a, b) in zip(probe.predict(test).values, targets(test, linear).values) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func noiseIsNotRead() throws {
    let (train, test) = (inputs(2000, seed: 3), inputs(2000, seed: 4))
    let probe = LinearProbe(inputs: train, targets: ProbeRows(columns: 1, values: normals(2000, seed: 5)))
    let read = try #require(
      determination(probe, test, .init(columns: 1, values: normals(2000, seed: 6)))[0])
    #expect(abs(read) < 0.01)
  }

  /// y = x + noise of the same variance: half of the variance can be read.
  @Test func partsAreReadInPart() throws {
    let (train, test) = (inputs(4000, seed: 7), inputs(4000, seed: 8))
    let noise = [normals(4000, seed: 9), normals(4000, seed: 10)]
    let rows = zip([train, test], noise).map { x, noise in
      ProbeRows(columns: 1, values: (0..<4000).map { x.values[3 * $0 + 1] + noise[$0] })
    }
    let probe = LinearProbe(inputs: train, targets: rows[0])
    let read = try #require(determination(probe, test, rows[1])[0])
    #expect(abs(read - 0.5) < 0.04)
  }

  /// One input, one target: W = Σxy/(Σx² + λn) by hand.
  @Test func theRidgeIsThatOfTheFormula() {
    // Mean 2, spread √2, so x = ∓√2·{1, 0, 1}/… : standardised −1.2247, 0, 1.2247; y centred −1, −1, 2.
    let x = ProbeRows(columns: 1, values: [1, 2, 3])
    let y = ProbeRows(columns: 1, values: [0, 0, 3])
    let probe = LinearProbe(inputs: x, targets: y, ridge: 0.5)
    let unit = 1.5.squareRoot()
    let weight = (unit * 1 + unit * 2) / (2 * unit * unit + 0.5 * 3)
    let expected = [1 - unit * weight, 1, 1 + unit * weight]
    for (a, b) in zip(probe.predict(x).values, expected) { #expect(abs(a - b) < 1e-12) }
  }

  /// Without noise a large λ only biases; with few rows, many inputs and much noise it helps, and is chosen.
  @Test func theRidgeIsChosenByWhatItReads() {
    let columns = 40
    let rows = 50
    let x = ProbeRows(columns: columns, values: normals(columns * rows, seed: 11))
    let y = ProbeRows(columns: 1, values: normals(rows, seed: 12))
    #expect(LinearProbe(inputs: x, targets: y).ridge == 1)
  }

  @Test func constantTargetsAndInputsAreHandled() throws {
    let train = inputs(100, seed: 13)
    let y = targets(train) { [2.5, $0[$0.startIndex + 1]] }
    let probe = LinearProbe(inputs: train, targets: y)
    let read = determination(probe, train, y)
    #expect(read[0] == nil)
    #expect(abs(try #require(read[1]) - 1) < 1e-10)
    // Inputs that say nothing, or the same twice.
    let flat = ProbeRows(columns: 2, values: Array(repeating: 4, count: 200))
    #expect(determination(LinearProbe(inputs: flat, targets: y), flat, y)[1] == 0)
    let twice = targets(train) { [$0[$0.startIndex + 1], $0[$0.startIndex + 1]] }
    let both = determination(LinearProbe(inputs: twice, targets: y), twice, y)[1]
    #expect(abs(try #require(both) - 1) < 1e-10)
  }

  /// Errors and variations are in units of the spread on the fitted rows.
  @Test func fitsHaveUnits() {
    let x = ProbeRows(columns: 1, values: [-1, 1, -1, 1])
    let y = ProbeRows(columns: 2, values: [-10, 1, 10, 1, -10, 1, 10, 1])
    let fits = LinearProbe(inputs: x, targets: y, ridge: 1e-12).fits(
      inputs: ProbeRows(columns: 1, values: [1, 1]), targets: ProbeRows(columns: 2, values: [10, 1, 30, 2]))
    #expect(abs(fits[0].error - 4) < 1e-6 && abs(fits[0].variation - 2) < 1e-12)
    #expect(abs((fits[0].determination ?? 0) + 1) < 1e-6)
    #expect(fits[1].isConstant && fits[1].determination == nil && fits[1].error == 0)
  }

  @Test func fewRowsAreNoCrash() {
    for rows in 1...4 {
      let x = inputs(rows, seed: 14)
      let probe = LinearProbe(inputs: x, targets: ProbeRows(columns: 1, values: normals(rows, seed: 15)))
      #expect(probe.predict(x).values.allSatisfy { $0.isFinite })
    }
  }
}
