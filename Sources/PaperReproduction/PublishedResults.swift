import ParticleSimulators

/// A published number: the mean of three runs and their spread.
public struct PublishedValue: Equatable, Sendable {
  /// The mean.
  public var mean: Double
  /// The spread.
  public var spread: Double
}

/// The numbers that the paper prints: for the interacting particles the MRE of observables scaled to [−1, 1] (Tables 1,
/// 3, 4 and 5), for the mixing of two species the MMD² of the mixing ratios (Table 2).
///
/// Source: Han, Chen, Li, *Learning Permutation-invariant Macroscopic Dynamics* (ICML 2026, arXiv 2605.30812).
public enum PublishedResults {
  /// The source of the numbers.
  public static let source = "Han, Chen, Li, ICML 2026, arXiv 2605.30812"

  /// Table 1, and Table 3 for the Set Transformer: nil where the paper has N/A.
  public static func table1(_ method: Method, _ regime: Regime) -> PublishedValue? {
    switch (method, regime) {
    case (.aeAug, .inDistribution): PublishedValue(mean: 1.25e-3, spread: 0.016e-3)
    case (.aeAug, .differentInitial): PublishedValue(mean: 8.04e-4, spread: 0.10e-4)
    case (.aeInvE, .inDistribution): PublishedValue(mean: 2.41e-4, spread: 0.34e-4)
    case (.aeInvE, .differentInitial): PublishedValue(mean: 5.87e-4, spread: 0.49e-4)
    case (.aeInvE, .differentNumber): PublishedValue(mean: 2.49e-4, spread: 0.43e-4)
    case (.aeInvECD, .inDistribution): PublishedValue(mean: 6.14e-5, spread: 0.73e-5)
    case (.aeInvECD, .differentInitial): PublishedValue(mean: 3.90e-4, spread: 0.12e-4)
    case (.aeInvECD, .differentNumber): PublishedValue(mean: 6.43e-5, spread: 1.1e-5)
    // The reference code's InvE has an OnsagerNet for its dynamics.
    case (.invEOnsager, .inDistribution): PublishedValue(mean: 6.01e-5, spread: 0.49e-5)
    case (.invEOnsager, .differentInitial): PublishedValue(mean: 4.85e-4, spread: 0.11e-4)
    case (.invEOnsager, .differentNumber): PublishedValue(mean: 6.13e-5, spread: 0.30e-5)
    case (.oursDeepSet, .inDistribution): PublishedValue(mean: 5.19e-5, spread: 0.25e-5)
    case (.oursDeepSet, .differentInitial): PublishedValue(mean: 4.38e-4, spread: 0.19e-4)
    case (.oursDeepSet, .differentNumber): PublishedValue(mean: 5.22e-5, spread: 0.46e-5)
    case (.oursSetTransformer, .inDistribution): PublishedValue(mean: 3.20e-5, spread: 0.48e-5)
    case (.oursSetTransformer, .differentInitial): PublishedValue(mean: 1.70e-3, spread: 0.24e-3)
    case (.oursSetTransformer, .differentNumber): PublishedValue(mean: 2.60e-5, spread: 0.23e-5)
    default: nil
    }
  }

  /// Table 2, MMD² of the mixing ratios: nil where the paper has N/A.
  public static func table2(_ method: Method, _ regime: Regime) -> PublishedValue? {
    switch (method, regime) {
    case (.aeAug, .inDistribution): PublishedValue(mean: 1.91e-2, spread: 0.22e-2)
    case (.aeAug, .differentInitial): PublishedValue(mean: 1.07e-1, spread: 0.045e-1)
    case (.aeInvE, .inDistribution): PublishedValue(mean: 2.60e-2, spread: 0.46e-2)
    case (.aeInvE, .differentInitial): PublishedValue(mean: 9.17e-2, spread: 0.47e-2)
    case (.aeInvE, .differentNumber): PublishedValue(mean: 5.26e-2, spread: 0.75e-2)
    case (.aeInvECD, .inDistribution): PublishedValue(mean: 2.24e-2, spread: 0.92e-2)
    case (.aeInvECD, .differentInitial): PublishedValue(mean: 1.04e-1, spread: 0.050e-1)
    case (.aeInvECD, .differentNumber): PublishedValue(mean: 2.16e-2, spread: 0.99e-2)
    case (.invEOnsager, .inDistribution): PublishedValue(mean: 1.43e-1, spread: 0.049e-1)
    case (.invEOnsager, .differentInitial): PublishedValue(mean: 1.22e-1, spread: 0.048e-1)
    case (.invEOnsager, .differentNumber): PublishedValue(mean: 1.41e-1, spread: 0.053e-1)
    case (.oursDeepSet, .inDistribution): PublishedValue(mean: 1.09e-2, spread: 0.11e-2)
    case (.oursDeepSet, .differentInitial): PublishedValue(mean: 5.70e-2, spread: 0.14e-2)
    case (.oursDeepSet, .differentNumber): PublishedValue(mean: 9.64e-3, spread: 0.084e-3)
    default: nil
    }
  }

  /// Table 4: in-dst over dim ẑ = 1 … 8.
  public static let table4: [(closureDimension: Int, value: PublishedValue)] = [
    (1, .init(mean: 1.6e-3, spread: 8.6e-6)), (2, .init(mean: 1.1e-3, spread: 4.5e-4)),
    (3, .init(mean: 7.0e-4, spread: 3.0e-5)), (4, .init(mean: 7.2e-4, spread: 4.1e-5)),
    (5, .init(mean: 4.5e-5, spread: 1.5e-6)), (6, .init(mean: 4.6e-5, spread: 2.3e-6)),
    (7, .init(mean: 5.0e-5, spread: 1.9e-6)), (8, .init(mean: 5.2e-5, spread: 2.5e-6)),
  ]

  /// Table 5: in-dst over ε = 10⁻¹ … 10⁻⁸.
  public static let table5: [(smoothing: Double, value: PublishedValue)] = [
    (1e-1, .init(mean: 6.9e-5, spread: 4.3e-6)), (1e-2, .init(mean: 5.2e-5, spread: 2.5e-6)),
    (1e-3, .init(mean: 5.0e-5, spread: 1.2e-5)), (1e-4, .init(mean: 5.5e-5, spread: 2.7e-6)),
    (1e-5, .init(mean: 5.5e-5, spread: 9.7e-6)), (1e-6, .init(mean: 6.4e-5, spread: 9.0e-6)),
    (1e-7, .init(mean: 5.3e-5, spread: 3.8e-6)), (1e-8, .init(mean: 6.1e-5, spread: 4.0e-6)),
  ]
}
