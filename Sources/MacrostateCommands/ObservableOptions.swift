import ArgumentParser
import Foundation
import MacrostateKit

/// Observables to compute from the particles.
struct ObservableOptions: ParsableArguments {
  @Option(
    name: .customLong("observable"),
    help: ArgumentHelp(
      "Compute an observable from the positions; may be given several times: "
        + Observables.names.joined(separator: ", ")
        + ". Its settings may follow after commas: pair-energy:tanh,a=4,b=0.1 or radial-distribution,cutoff=3,bins=60.")
  )
  var names: [String] = []

  @Option(
    name: .customLong("observable-file"),
    help: ArgumentHelp(
      "Observables in a YAML file: a name and a colon for each, its settings below it, as in "
        + "'radial-distribution: {cutoff: 3, bins: 60}'.", valueName: "file.yaml"))
  var file: String?

  @Option(
    parsing: .unconditional, help: "Distance below which particles are neighbours, where an observable does not say.",
    transform: positiveNumber)
  var cutoff: Double?

  @Option(
    parsing: .unconditional, help: "Intervals of distance of the radial distribution, where it does not say.",
    transform: wholeNumber(1...1000))
  var bins: Int?

  @Option(
    name: .customLong("positions"), parsing: .unconditional,
    help: "Frames whose positions are kept, start:stop:step:length, such as 0:100,100:501:4:2; observables of all.",
    transform: FrameSelection.init)
  var positions = FrameSelection.all

  func request() throws -> ObservableRequest {
    try ObservableRequest(
      named: names, file: file.map { URL(fileURLWithPath: $0) }, cutoff: cutoff, bins: bins)
  }
}

/// Names separated by commas.
func commaSeparated(_ text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
}
