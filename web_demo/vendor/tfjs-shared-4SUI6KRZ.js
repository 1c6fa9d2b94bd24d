/* TensorFlow.js 4.22.0, Copyright Google LLC, Apache-2.0; see LICENSE beside this file. */
import{d as o,m}from"./tfjs-shared-DMN3TYGK.js";import{ha as r}from"./tfjs-shared-4TN6AAXA.js";var p=o(((e,t)=>e!==t?1:0)),I=m(r,p,null,"bool");export{p as a};
