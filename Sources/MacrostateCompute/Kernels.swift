import CMacrostateKernels

/// The instruction sets that the kernels are compiled for.
public enum InstructionSet: String, CaseIterable, Codable, Sendable {
  /// SSE2 on x86-64, NEON on Arm.
  case baseline
  /// 256-bit vectors with fused multiply-add.
  case avx2
  /// 512-bit vectors.
  case avx512

  fileprivate var code: MacrostateInstructionSet {
    switch self {
    case .baseline: MacrostateBaseline
    case .avx2: MacrostateAVX2
    case .avx512: MacrostateAVX512
    }
  }
}

/// The compiled loops of one instruction set, passed along as a value.
///
/// Results agree between instruction sets up to rounding, and are the same bits for one instruction set.
public struct Kernels: @unchecked Sendable {
  // Unchecked because the compiler does not know that the table is a C constant: it is never written.
  package let table: UnsafePointer<MacrostateKernelTable>
  /// The instruction set that these loops use.
  public let instructionSet: InstructionSet

  /// The loops for `instructionSet`, or nil where this machine has no such instructions.
  public init?(_ instructionSet: InstructionSet) {
    guard let table = macrostate_kernel_table(instructionSet.code) else { return nil }
    self.table = table
    self.instructionSet = instructionSet
  }

  /// The loops for the best instruction set of this machine.
  public static var best: Kernels {
    for instructionSet in InstructionSet.allCases.reversed() {
      if let kernels = Kernels(instructionSet) { return kernels }
    }
    preconditionFailure("every build has the baseline kernels")
  }

  /// Does nothing but multiply-adds in registers, to measure this core's peak.
  ///
  /// - Returns: the floating-point operations done.
  public func multiplyAddPeak(rounds: Int) -> Double { table.pointee.multiplyAddPeak(rounds) }

  /// The loops of every instruction set that this machine has.
  public static var available: [Kernels] { InstructionSet.allCases.compactMap(Kernels.init) }
}
