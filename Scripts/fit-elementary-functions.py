import numpy as np, mpmath as mp
mp.mp.dps=40
# exp(r) = 1 + r + r^2 * P(r)
def cheb(n,a,b): k=np.arange(n); return (a+b)/2+(b-a)/2*np.cos((2*k+1)*np.pi/(2*n))
def lawson(A,f,w,it=200):
    # minimise max |w*(A c - f)| via iteratively reweighted LS
    L=np.ones(len(f))
    best=None
    for _ in range(it):
        s=np.sqrt(L)*w
        c=np.linalg.lstsq(A*s[:,None],f*s,rcond=None)[0]
        e=np.abs(w*(A@c-f)); 
        if best is None or e.max()<best[0]: best=(e.max(),c)
        L=L*e; L/=L.sum(); L+=1e-14
    return best
r=cheb(2000,-0.34658,0.34658)
f=np.array([float((mp.e**mp.mpf(x)-1-mp.mpf(x))/mp.mpf(x)**2) for x in r])
A=np.vander(r,5,increasing=True)
print("exp",lawson(A,f,r**2/np.exp(r)))
# log(1+t) on [sqrt.5-1, sqrt2-1] = t - t^2/2 + t^3 P(t)
t=cheb(3000,np.sqrt(.5)-1,np.sqrt(2)-1)
f=np.array([float((mp.log1p(mp.mpf(x))-mp.mpf(x)+mp.mpf(x)**2/2)/mp.mpf(x)**3) for x in t])
for d in (8,9):
    A=np.vander(t,d,increasing=True)
    print("log",d,lawson(A,f,np.abs(t**3/np.log1p(t))))
# tanh(x)= x*P(u)/Q(u), u=x^2, q0=1
x=np.concatenate([cheb(4000,1e-3,9.2),cheb(1000,1e-4,2)]); u=x*x; T=np.tanh(x)
def rat(np_,nq):
    q=np.ones(len(x)); best=None; L=np.ones(len(x))
    for _ in range(300):
        # x*P - T*(Q-1) = T
        A=np.hstack([x[:,None]*np.vander(u/80,np_,increasing=True), -T[:,None]*np.vander(u/80,nq+1,increasing=True)[:,1:]])
        s=np.sqrt(L)/T/q
        c=np.linalg.lstsq(A*s[:,None],T*s,rcond=None)[0]
        P=np.vander(u/80,np_,increasing=True)@c[:np_]; q=1+np.vander(u/80,nq+1,increasing=True)[:,1:]@c[np_:]
        e=np.abs(x*P/q/T-1)
        if best is None or e.max()<best[0]: best=(e.max(),c[:np_]/80.0**np.arange(np_),c[np_:]/80.0**np.arange(1,nq+1))
        L=L*e; L/=L.sum(); L+=1e-16
    return best
for a,b in ((5,5),(6,5),(6,4),(7,3),(7,4)):
    print("tanh",a,b,rat(a,b))
