/// The names of features with a meaning of their own: readers give columns of files these names, and observables look for
/// them.
public enum FeatureName {
  /// The velocity along x, y and z, in the units of length and time of the positions.
  public static let velocities = ["vx", "vy", "vz"]
  /// The mass of a particle, in the file's unit of mass.
  public static let mass = "mass"
  /// The electric charge of a particle, in the file's unit of charge.
  public static let charge = "charge"
  /// The direction of an active particle in the plane: an angle from the x axis, in radians.
  public static let heading = "heading"
  /// The number of the molecule that a particle belongs to, a whole number. It is for observables, and is stored only
  /// where it is asked for.
  public static let molecule = "molecule"
}
