/// Sampled paths of observables, all at the same times: some of each start.
public struct ObservablePaths: Sendable {
  /// Starts.
  public let starts: Int
  /// M, paths of each start: those of the first member of an ensemble, then those of the second, ….
  public let samples: Int
  /// T, frames of a path, the start included.
  public let frames: Int
  /// k.
  public let observables: Int
  /// The observables in their own units, `[starts, samples, T, k]`.
  public private(set) var values: [Double]
  /// Paths that ran away; each stays at its last finite state from there on.
  public private(set) var divergences: [Rollout.Divergence] = []

  init(starts: Int, samples: Int, frames: Int, observables: Int) {
    self.starts = starts
    self.samples = samples
    self.frames = frames
    self.observables = observables
    values = Array(repeating: 0, count: starts * samples * frames * observables)
  }

  /// Paths `[starts, samples, T, k]` that were had in another way.
  public init(starts: Int, samples: Int, frames: Int, observables: Int, values: [Double]) {
    precondition(values.count == starts * samples * frames * observables)
    self.init(starts: starts, samples: samples, frames: frames, observables: observables)
    self.values = values
  }

  /// One path, `[T, k]`.
  public func path(start: Int, sample: Int) -> ArraySlice<Double> {
    let size = frames * observables
    let begin = (start * samples + sample) * size
    return values[begin..<begin + size]
  }

  mutating func take(_ rollout: Rollout, firstSample: Int, units: ObservableUnits) {
    let size = frames * observables
    for start in 0..<starts {
      let from = start * rollout.samples * size
      let to = (start * samples + firstSample) * size
      for i in 0..<rollout.samples * size { values[to + i] = units.value(rollout.values[from + i], i % observables) }
    }
    divergences += rollout.divergences.map { place in
      var place = place
      place.sample += firstSample
      return place
    }
  }
}
