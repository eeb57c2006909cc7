import Foundation
import MacrostateKit

// A data set, as `macrostate import` makes it, and the folder of the run.
let data = try Dataset.open(URL(fileURLWithPath: "my.dataset"))
let run = RunFolder(URL(fileURLWithPath: "runs/my"))

// Training: minutes, told on standard error. The same program carries on after a stop. Settings may be arguments, such as
// dynamics.kind=sde.
var configuration = RunConfiguration()
configuration.data.training = data.url.path
for setting in CommandLine.arguments.dropFirst() { try configuration.set(setting) }
let progress = TerminalProgress()
let model = try TrainingRun(run, configuration: configuration, progress: progress).run()

// Errors on the trajectories that were held out, and a page of figures.
_ = try RunEvaluation(run).run(progress: progress)
let page = try RunReport(run).write()
FileHandle.standardError.write(Data("\(page.path)\n".utf8))

// The future of a configuration: the particles of frame 0, from its own observables.
let start = try StartConfiguration(data, frame: 0)
let prediction = try Prediction(model, compute: Compute()).table(from: start, steps: 100)
print(prediction.csv)
