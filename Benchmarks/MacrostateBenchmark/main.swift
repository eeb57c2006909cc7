import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateNetworks
import MacrostateParallel
import PointDensities
import RandomStreams

let flow = ConditionalSplineFlow.Shape(
  dimension: 2, contextDimension: 8, layers: 4, widths: [64, 64], activation: .relu,
  spline: SplineShape(bins: 8, bound: 8))
let shape = DensityClosureModel.Shape(
  dimension: 2, pointWidths: [64, 64, 64], setWidths: [64], closureDimension: 8, activation: .relu, smoothing: 0.01,
  samples: 64, flow: flow)
let model = DensityClosureModel(shape, scaling: .identity(columns: 2))
let source = InMemorySets(sets: 2000, count: 300)
for threads in [1, 2] {
  for batch in [16, 64, 256] {
    let pool = WorkerPool(threads: threads)
    let trainer = DensityTrainer(
      model, parameters: model.initialParameters(seed: 0), source: source, optimizer: .init(), kernels: .best, pool: pool)
    var random = RandomStream(seed: 0, purpose: .minibatch)
    let steps = 25600 / batch
    var loss = 0.0
    let start = ContinuousClock.now
    for step in 0..<steps {
      let sets = (0..<batch).map { _ in random.next(below: 2000) }
      loss = try trainer.step(batch: sets, seed: 0, step: step, rate: 1e-3).loss
    }
    let seconds = Double((ContinuousClock.now - start).components.attoseconds) * 1e-18 + Double((ContinuousClock.now - start).components.seconds)
    print("threads", threads, "batch", batch, "sets/s", Double(steps * batch) / seconds, "loss", loss, "parameters", model.layout.count)
  }
}
