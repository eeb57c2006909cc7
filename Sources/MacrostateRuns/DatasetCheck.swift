import Foundation
import Microstates

/// What looks wrong in a data set's frames: repeated ones, jumps, wrapped coordinates in open space, particles outside the
/// box, observables that never change.
struct DatasetCheck {
  private let dataset: Dataset

  /// Frames of each trajectory that are compared with the next, and trajectories, at most.
  private static let (frames, trajectories) = (50, 20)
  /// A step of an observable that is so many times the typical one is a jump.
  private static let jump = 50.0

  init(_ dataset: Dataset) { self.dataset = dataset }

  /// The warnings, a line each.
  var warnings: [String] { constants + jumps + repeated + wrapped + outside }

  private var trajectories: Range<Int> { 0..<min(dataset.trajectoryCount, Self.trajectories) }

  private var constants: [String] {
    dataset.observables.enumerated().compactMap { j, observable in
      let values = trajectories.flatMap { series(j, $0) }
      guard values.count > 1, let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
      return "the observable '\(observable.name)' is \(first) in all frames: there is nothing to predict; leave it out"
    }
  }

  private func series(_ j: Int, _ m: Int) -> [Double] {
    let values = dataset.observables(ofTrajectory: m)
    return stride(from: j, to: values.count, by: dataset.observables.count).map { values[$0] }
  }

  private var jumps: [String] {
    dataset.observables.enumerated().compactMap { j, observable in
      for m in trajectories {
        let values = series(j, m)
        let steps = zip(values, values.dropFirst()).map { abs($1 - $0) }
        guard steps.count >= 10, let greatest = steps.max() else { continue }
        let typical = steps.sorted()[steps.count * 9 / 10]
        guard typical > 0, greatest > Self.jump * typical, let frame = steps.firstIndex(of: greatest) else { continue }
        return
          "the observable '\(observable.name)' jumps by \(String(format: "%.3g", greatest)) between the frames \(frame) and "
          + "\(frame + 1) of trajectory \(m), where nine of ten steps are below \(String(format: "%.3g", typical)); are "
          + "these pieces of different runs?"
      }
      return nil
    }
  }

  // MARK: Positions

  /// Frames that follow each other in a trajectory, both with positions of as many particles.
  private var pairs: [(m: Int, frame: Int, next: Int)] {
    trajectories.flatMap { m -> [(Int, Int, Int)] in
      let frames = dataset.positionedFrames(ofTrajectory: m)
      return zip(frames, frames.dropFirst()).prefix(Self.frames)
        .filter { dataset.pointCount(frame: $0) == dataset.pointCount(frame: $1) }.map { (m, $0, $1) }
    }
  }

  private func positions(_ frame: Int) -> [Float] {
    dataset.speciesNames.indices.flatMap { dataset.withPositions(frame: frame, species: $0, Array.init) }
  }

  private var repeated: [String] {
    guard dataset.dimension > 0 else { return [] }
    let same = pairs.filter { positions($0.frame) == positions($0.next) }
    guard let first = same.first else { return [] }
    let frame = first.frame - dataset.frames(ofTrajectory: first.m).lowerBound
    return [
      "\(same.count) frames have the positions of the frame before, such as frame \(frame + 1) of trajectory \(first.m); a "
        + "restart may have written them twice"
    ]
  }

  /// Coordinates in open space of which some change by nearly all that they span: those of a box that nobody has told.
  private var wrapped: [String] {
    guard dataset.dimension > 0, dataset.description.box == nil else { return [] }
    let d = dataset.dimension
    for (m, frame, next) in pairs {
      let (now, then) = (positions(frame), positions(next))
      for axis in 0..<d {
        let places = stride(from: axis, to: now.count, by: d)
        guard let low = places.map({ now[$0] }).min(), let high = places.map({ now[$0] }).max(), high > low else {
          continue
        }
        let steps = places.map { abs(then[$0] - now[$0]) }
        let far = steps.filter { $0 > 0.9 * (high - low) }.count
        let between = steps.filter { $0 > 0.5 * (high - low) }.count - far
        // Nothing else moves so far at once, and few particles do.
        guard far > 0, between == 0, far * 5 < steps.count else { continue }
        return [
          "positions look like those of a periodic box of about \(String(format: "%.3g", high - low)) along axis \(axis) "
            + "(trajectory \(m)), and space is open: particles jump from one side to the other; tell the box"
        ]
      }
    }
    return []
  }

  private var outside: [String] {
    guard dataset.dimension > 0 else { return [] }
    for m in trajectories {
      for frame in dataset.positionedFrames(ofTrajectory: m).prefix(Self.frames) {
        guard let box = dataset.box(ofFrame: frame), !box.isTilted else { continue }
        let values = positions(frame)
        for axis in 0..<dataset.dimension where box.boundaries[axis] != .open {
          let ends = box.axis(axis)
          let slack = 1e-5 * (ends.high - ends.low)
          let count = stride(from: axis, to: values.count, by: dataset.dimension)
            .count { Double(values[$0]) < ends.low - slack || Double(values[$0]) > ends.high + slack }
          guard count > 0 else { continue }
          return [
            "\(count) particles are outside the box along axis \(axis) in frame "
              + "\(frame - dataset.frames(ofTrajectory: m).lowerBound) of trajectory \(m)"
          ]
        }
      }
    }
    return []
  }
}
