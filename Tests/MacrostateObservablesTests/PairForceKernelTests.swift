import CMacrostateKernels
import MacrostateCompute
import Testing

@Suite struct PairForceKernelTests {
  /// Tails of every vector length, whole blocks, and (1100) more blocks than one product of factors takes.
  static let counts = [1, 2, 3, 4, 15, 16, 17, 31, 33, 300, 401, 1100]

  @Test(arguments: counts)
  func agreesWithDoublePrecision(n: Int) {
    let particles = PairReference(n: n)
    let expected = particles.forces()
    for kernels in Kernels.available {
      let (vx, vy, energy) = particles.forces(kernels)
      // A velocity is the mean of n terms of at most 1.1: single precision rounds each, and each partial sum, by 6e-8
      // of itself. The energy is summed in double precision row by row: what remains is the rounding of |u| and r.
      #expect(largestDifference(vx, expected.vx) < 1e-6, "\(kernels.instructionSet)")
      #expect(largestDifference(vy, expected.vy) < 1e-6, "\(kernels.instructionSet)")
      #expect(abs(energy - expected.energy) < 1e-7, "\(kernels.instructionSet)")
    }
  }

  @Test(arguments: [Float(1e-4), 1e-2, 30, 1e4])
  func agreesFarFromTheUsualDistances(extent: Float) {
    let particles = PairReference(n: 37, extent: extent)
    let expected = particles.forces()
    for kernels in Kernels.available {
      let (vx, vy, energy) = particles.forces(kernels)
      #expect(largestDifference(vx, expected.vx) < 1e-6)
      #expect(largestDifference(vy, expected.vy) < 1e-6)
      #expect(abs(energy - expected.energy) < 3e-7 * max(1, abs(expected.energy)))
    }
  }

  @Test func coincidingParticlesDoNotPushEachOther() {
    var particles = PairReference(n: 21)
    for i in 0..<21 { (particles.x[i], particles.y[i]) = (0.3, -0.2) }
    for kernels in Kernels.available {
      let (vx, vy, energy) = particles.forces(kernels)
      #expect(vx.allSatisfy { $0 == 0 } && vy.allSatisfy { $0 == 0 })
      #expect(abs(energy - particles.interaction.energy(0)) < 1e-7)
    }
    // Two at one place, the rest elsewhere.
    particles = PairReference(n: 21)
    (particles.x[20], particles.y[20]) = (particles.x[3], particles.y[3])
    let expected = particles.forces()
    for kernels in Kernels.available {
      let (vx, vy, energy) = particles.forces(kernels)
      #expect(largestDifference(vx, expected.vx) < 1e-6)
      #expect(largestDifference(vy, expected.vy) < 1e-6)
      #expect(abs(energy - expected.energy) < 1e-7)
    }
  }

  @Test(arguments: [17, 300])
  func momentumIsConserved(n: Int) {
    for kernels in Kernels.available {
      let (vx, vy, _) = PairReference(n: n).forces(kernels)
      // Every force and its opposite are rounded on their own, into sums of order 1: n roundings of 6e-8.
      #expect(abs(vx.reduce(0) { $0 + Double($1) }) < Double(n) * 6e-8)
      #expect(abs(vy.reduce(0) { $0 + Double($1) }) < Double(n) * 6e-8)
    }
  }

  @Test func whatIsNotANumberShows() {
    for place in [0, 10, 32] {
      for value in [Float.nan, .infinity] {
        var particles = PairReference(n: 33)
        particles.x[place] = value
        for kernels in Kernels.available { #expect(!particles.forces(kernels).energy.isFinite) }
      }
    }
  }

  @Test func nothingIsWrittenBehindTheLastParticle() {
    let particles = PairReference(n: 19)
    for kernels in Kernels.available {
      var vx = [Float](repeating: 7, count: 19 + 32)
      var vy = vx
      _ = kernels.table.pointee.pairForces(
        19, MacrostatePairForce(a: 4, b: 0.1), particles.x, particles.y, &vx, &vy)
      #expect((vx[19...] + vy[19...]).allSatisfy { $0 == 7 })
      #expect(kernels.table.pointee.pairForces(0, MacrostatePairForce(a: 4, b: 0.1), [], [], &vx, &vy) == 0)
    }
  }
}
